import { setTimeout as sleep } from "node:timers/promises";

const limitMs = 10_000;

/** Calls until a call goes well; the last failure, if none does. */
export async function untilCallable(call: () => Promise<unknown>): Promise<void> {
  const endsAt = performance.now() + limitMs;
  for (;;) {
    try {
      await call();
      return;
    } catch (error) {
      if (performance.now() > endsAt) throw error;
      await sleep(1);
    }
  }
}
