import { type Clock, sleep } from "@weft/core";
import type { Plugin } from "@weft/plugin-chain";
import type { Hosting } from "@weft/service";
import type { Store } from "./store/store.js";

export interface ExpiryOptions {
  readonly stores: readonly Store[];
  /** The pause between two rounds. */
  readonly everyMs: number;
  readonly clock: Clock;
}

/** Removes expired entries by itself while the service runs, so that memory goes down without traffic too. */
export function expiry(options: ExpiryOptions): Plugin<Hosting> {
  const { stores, everyMs, clock } = options;
  return {
    name: "expiry",
    start: () => ({
      children: [
        {
          name: "rounds",
          async run(signal) {
            while (!signal.aborted) {
              await sleep(everyMs, { clock, signal });
              await Promise.allSettled(stores.map((store) => store.cleanup())); // one that is away is asked again
            }
          },
        },
      ],
    }),
  };
}
