import type { Clock, WeftError } from "@weft/core";
import type { Store } from "../store/store.js";
import { ChangeRing, type ChangeRingLimits } from "./change-ring.js";

export interface ChangeLogOptions {
  readonly clock: Clock;
  readonly limits?: ChangeRingLimits;
}

/** What one watcher has of the log. */
export interface ChangeLogView {
  /** What is kept; undefined until the store has told where it stands. Throws if the store tells nothing any more. */
  changes(): ChangeRing | undefined;
  leave(): void;
}

export interface ChangeLog {
  /** Has `wake` called after each turn of the event loop that brought news. */
  enter(wake: () => void): ChangeLogView;
}

/** What the store tells from one `watch` to its end. */
interface Kept {
  ring: ChangeRing | undefined;
  lost: WeftError | undefined;
  stop: () => void;
}

// Longer than it takes a watcher whose connection broke to come back.
const lingerMs = 60_000;

/**
 * The latest changes of one namespace, kept once for all who watch it: each of them reads on from where it stands, so one
 * that is slow costs no memory. Kept from the first watch until a while after the last, so that a cache which nobody
 * watches pays nothing.
 */
export function createChangeLog(store: Pick<Store, "watch">, { clock, limits }: ChangeLogOptions): ChangeLog {
  const wakes = new Set<() => void>();
  let current: Kept | undefined;
  let leftAtMs = 0;
  let isWakeDue = false;

  function wakeSoon(): void {
    if (isWakeDue) return;
    isWakeDue = true;
    setImmediate(() => {
      isWakeDue = false;
      for (const wake of wakes) wake();
    });
  }

  function end(kept: Kept): void {
    kept.stop();
    if (current === kept) current = undefined;
  }

  function keep(): Kept {
    const kept: Kept = { ring: undefined, lost: undefined, stop: () => {} };
    kept.stop = store.watch({
      started(position) {
        if (kept.ring === undefined) kept.ring = new ChangeRing(position, limits);
        else kept.ring.restart(position);
        wakeSoon();
      },
      changed(change) {
        kept.ring?.push(change);
        if (wakes.size > 0) wakeSoon();
        else if (clock.now() - leftAtMs > lingerMs) end(kept);
      },
      lost(error) {
        kept.lost = error;
        end(kept);
        wakeSoon();
      },
    });
    return kept;
  }

  return {
    enter(wake) {
      wakes.add(wake);
      current ??= keep();
      const kept = current;
      return {
        changes() {
          if (kept.lost !== undefined) throw kept.lost;
          return kept.ring;
        },
        leave() {
          wakes.delete(wake);
          leftAtMs = clock.now();
        },
      };
    },
  };
}
