import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, test } from "@jest/globals";
import { fakeClock, seededRandom } from "@weft/core/testkit";
import { createMemoryStore } from "../engine/memory-store.js";
import type { ChangePosition } from "../store/change.js";
import { storeValue } from "../store/stored-value.js";
import { createChangeLog } from "./change-log.js";
import { changeFilter } from "./key-filter.js";
import { type WatchMessage, watchChanges } from "./watch-changes.js";

const value = storeValue("json", Buffer.from("1"));
const left = new Error("the reader left");

/** Versions of entries as a watcher knows them: it reads what it is told of, and forgets all where some is lost. */
function mirrorOf(prefixes: readonly string[]) {
  const versions = new Map<string, number>();
  let position: ChangePosition | undefined;
  return {
    versions,
    prefixes,
    get position() {
      return position;
    },
    take(message: WatchMessage) {
      if (message.gap) versions.clear();
      for (const { kind, key, version } of message.changes) {
        if (kind === "clear") versions.clear();
        else if (kind === "set") versions.set(key, version);
        else versions.delete(key);
      }
      position = message.position;
    },
  };
}

test.each([1, 2, 3, 4, 5, 6])(
  "seed %i: what watchers know is true whenever they are up to date, however they read, leave and come back",
  async (seed) => {
    const random = seededRandom(seed);
    const draw = (below: number) => Math.floor(random() * below);
    const clock = fakeClock();
    const store = createMemoryStore({ capacity: 40, clock, random });
    const log = createChangeLog(store, { clock, limits: { changes: 64, characters: 2 ** 20 } });
    const mirrors = [[], ["k1"], ["k2", "k3"], [""]].map(mirrorOf);
    const open = new Map<
      (typeof mirrors)[number],
      { ending: AbortController; messages: AsyncGenerator<WatchMessage> }
    >();
    let gaps = 0;
    let resumed = 0;

    /** Reads up to so many messages, but waits for none: each must be there after a turn or two. */
    async function read(mirror: (typeof mirrors)[number], most: number): Promise<void> {
      const stream = open.get(mirror);
      if (stream === undefined) return;
      for (let i = 0; i < most && mirror.position?.sequence !== store.stats().sequence; i++) {
        const coming = stream.messages.next();
        for (let turn = 0; turn < 3; turn++) await nextTurn();
        clock.advance(10_000); // what is not watched ends with a sign of life
        const { value: message } = await coming;
        if (message.gap) gaps++;
        mirror.take(message);
      }
    }

    async function enter(mirror: (typeof mirrors)[number]): Promise<void> {
      const ending = new AbortController();
      const { position: resumeAfter, prefixes } = mirror;
      const request = { keys: [], prefixes, resumeAfter };
      const messages = watchChanges(log, request, { clock, signal: ending.signal });
      const { value: first } = await messages.next();
      if (first.gap) gaps++;
      else if (resumeAfter !== undefined) resumed++;
      mirror.take(first);
      open.set(mirror, { ending, messages });
    }

    async function leave(mirror: (typeof mirrors)[number]): Promise<void> {
      const stream = open.get(mirror);
      open.delete(mirror);
      stream?.ending.abort(left);
      await expect(stream?.messages.next() ?? Promise.reject(left)).rejects.toBe(left);
    }

    for (const mirror of mirrors) await enter(mirror);
    for (let step = 0; step < 400; step++) {
      for (let writes = draw(12); writes > 0; writes--) {
        const key = `k${draw(60)}`;
        const kind = draw(20);
        if (kind < 13) store.set(key, value, { ttl: draw(3) === 0 ? 1 + draw(50_000) : "none" });
        else if (kind < 16) store.remove(key);
        else if (kind < 18) store.get(key);
        else if (kind < 19) await store.cleanup();
        else if (draw(10) === 0) store.clear();
        else if (draw(4) === 0) await store.removeMatching({ prefix: `k${1 + draw(3)}` });
      }
      const mirror = mirrors[draw(mirrors.length)] as (typeof mirrors)[number];
      if (draw(5) > 0) await read(mirror, 1 + draw(3));
      else if (open.has(mirror)) await leave(mirror);
      else await enter(mirror);
    }

    await store.cleanup(); // else the mirrors would know of what has expired unseen
    const { rows } = await store.list({ descending: false, offset: 0 });
    let known = 0;
    for (const mirror of mirrors) {
      if (!open.has(mirror)) await enter(mirror);
      await read(mirror, 1_000);
      const isWatched = changeFilter({ keys: [], prefixes: mirror.prefixes });
      const live = rows.filter(({ key, version }) => isWatched({ sequence: 0, kind: "set", key, version }));
      const versions = new Map(live.map(({ key, version }) => [key, version]));
      for (const [key, version] of mirror.versions) expect([key, version]).toEqual([key, versions.get(key)]);
      known += mirror.versions.size;
      await leave(mirror);
    }
    expect(known).toBeGreaterThan(0);
    expect(gaps).toBeGreaterThan(5);
    expect(resumed).toBeGreaterThan(5);
    expect(clock.pending).toBe(0);
  },
);
