import type { Clock } from "@weft/core";

/** Does `renew`, which never fails, again and again. The answer ends that, and settles when no more of it is under way. */
export function keepAlive(renew: () => Promise<void>, everyMs: number, clock: Clock): () => Promise<void> {
  let isOver = false;
  let renewal = Promise.resolve();
  const later = () =>
    clock.after(everyMs, () => {
      renewal = renew().finally(() => {
        if (!isOver) cancel = later();
      });
    });
  let cancel = later();
  return () => {
    isOver = true;
    cancel();
    return renewal;
  };
}
