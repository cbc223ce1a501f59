import type { Children } from "@weft/plugin-chain";
import { settle } from "./traced.js";

/** A child that lives until it is stopped or killed. */
export interface Worker {
  readonly children: Children;
  readonly isAlive: boolean;
  /** How often it has begun to live. */
  readonly lives: number;
  /** Lets it die as often as it takes to exceed its restart intensity. */
  killForGood(): Promise<void>;
}

export function createWorker(onEnd: () => void = () => {}): Worker {
  let kill: (() => void) | undefined;
  let lives = 0;
  const maxRestarts = 2;
  return {
    children: {
      maxRestarts,
      children: [
        {
          name: "worker",
          run: (signal) =>
            new Promise<void>((resolve, reject) => {
              lives += 1;
              kill = () => reject(new Error("killed"));
              signal.addEventListener("abort", () => resolve());
            }).finally(() => {
              kill = undefined;
              onEnd();
            }),
        },
      ],
    },
    get isAlive() {
      return kill !== undefined;
    },
    get lives() {
      return lives;
    },
    async killForGood() {
      for (let death = 0; death <= maxRestarts; death++) {
        kill?.();
        await settle();
      }
    },
  };
}
