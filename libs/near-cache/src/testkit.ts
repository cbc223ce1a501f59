import type { EntryChange, OpenWatch, WatchMessage, WatchPosition } from "./watch-message.js";

/** A watch whose messages the test sends. */
export interface FakeWatch {
  /** As the near cache opened it. */
  readonly resumeAfter: WatchPosition | undefined;
  send(message: WatchMessage): void;
  /** Cuts it, by an error. */
  cut(): void;
  readonly isOver: boolean;
}

/** The other side of `follow`: each time that a watch is opened, it is the last one of `watches`. */
export interface FakeWatches {
  readonly open: OpenWatch;
  readonly watches: FakeWatch[];
  /** The one that was opened last. Throws if there is none. */
  readonly last: FakeWatch;
}

export function fakeWatches(): FakeWatches {
  const watches: FakeWatch[] = [];
  return {
    watches,
    get last() {
      const last = watches.at(-1);
      if (last === undefined) throw new Error("no watch was opened");
      return last;
    },
    open(resumeAfter, signal) {
      const queue: WatchMessage[] = [];
      let wake = () => {};
      let isOver = false;
      const over = () => {
        isOver = true;
        wake();
      };
      signal.addEventListener("abort", over, { once: true });
      watches.push({
        resumeAfter,
        send(message) {
          queue.push(message);
          wake();
        },
        cut: over,
        get isOver() {
          return isOver;
        },
      });
      return messages();

      async function* messages() {
        for (;;) {
          for (let next = queue.shift(); next !== undefined && !isOver; next = queue.shift()) yield next;
          if (isOver) throw new Error("the watch was cut");
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
    },
  };
}

/** A message of epoch `e`. */
export function told(sequence: number, keys: readonly (string | undefined)[] = [], gap = false): WatchMessage {
  const changes: EntryChange[] = keys.map((key) => ({ key }));
  return { position: { epoch: "e", sequence }, gap, changes };
}
