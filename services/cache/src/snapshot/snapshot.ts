import { rename } from "node:fs/promises";
import { type Clock, type Logger, sleep } from "@weft/core";
import type { Plugin } from "@weft/plugin-chain";
import type { Hosting } from "@weft/service";
import type { MemoryStore } from "../engine/memory-store.js";
import { checkSnapshot, DamagedSnapshot, readSnapshot } from "./read-snapshot.js";
import { writeSnapshot } from "./write-snapshot.js";

export interface SnapshotOptions {
  /** By the name of their namespace. */
  readonly stores: Readonly<Record<string, MemoryStore>>;
  readonly file: string;
  /** The pause between two snapshots. */
  readonly everyMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

// Ten million entries take their time to be read, and nobody is served less for it.
const hookMs = 600_000;

/**
 * Brings the entries of the last snapshot back before the first call, and saves them every so often and at the end. What a
 * log line has told to be saved is there after any kind of end. A damaged file is set aside, never read in part.
 */
export function snapshot({ stores, file, everyMs, clock, logger }: SnapshotOptions): Plugin<Hosting> {
  let last: Promise<void> = Promise.resolve();

  async function restore(): Promise<void> {
    try {
      await checkSnapshot(file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return; // the first start
      if (!(error instanceof DamagedSnapshot)) throw error;
      await rename(file, `${file}.corrupt`);
      logger.error(
        { file, setAside: `${file}.corrupt`, problem: error.message },
        "the snapshot is damaged; the cache starts empty",
      );
      return;
    }
    let entries = 0;
    let leftOut = 0;
    const wallTime = () => clock.wallTime();
    await readSnapshot(file, wallTime, (namespace, entry) => {
      try {
        stores[namespace]?.restore(entry);
        entries += 1;
      } catch {
        leftOut += 1; // over a limit that has become smaller: as if it had been evicted
      }
    });
    logger.info({ file, entries, leftOut }, "restored the snapshot");
  }

  /** One after the other: all write the same file. A failure leaves the snapshot before it in place. */
  function save(): Promise<void> {
    last = last.then(async () => {
      try {
        const wallMs = clock.wallTime();
        const all = Object.entries(stores).map(([namespace, store]) => ({ namespace, entries: store.saved() }));
        const { entries, bytes } = await writeSnapshot(file, all, wallMs).finally(() => {
          for (const { entries } of all) entries.end(); // where it broke off
        });
        logger.info({ file, entries, bytes }, "saved a snapshot");
      } catch (error) {
        logger.error({ file, err: error }, "cannot save a snapshot");
      }
    });
    return last;
  }

  return {
    name: "snapshot",
    timeLimitsMs: { start: hookMs, stop: hookMs },
    async start() {
      await restore();
      return {
        children: [
          {
            name: "rounds",
            async run(signal) {
              while (!signal.aborted) {
                await sleep(everyMs, { clock, signal });
                await save();
              }
            },
          },
        ],
      };
    },
    stop: save,
  };
}
