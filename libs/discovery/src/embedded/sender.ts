import type { ServerWritableStream } from "@grpc/grpc-js";
import { type Clock, Code, Reason, WeftError } from "@weft/core";

// A reader that takes nothing for so long is not slow but gone.
const stallMs = 10_000;

/**
 * Writes to a server stream at the reader's pace. Rejects when `ended` fires or the reader stalls: after a cancel `drain`
 * never comes, so it is never waited for alone.
 */
export function createSender<R>(call: ServerWritableStream<unknown, R>, ended: AbortSignal, clock: Clock) {
  return (message: R): Promise<void> =>
    new Promise((resolve, reject) => {
      if (ended.aborted) return reject(ended.reason);
      if (call.write(message)) return resolve();
      const settle = (act: () => void) => {
        cancelStall();
        call.off("drain", drained);
        ended.removeEventListener("abort", aborted);
        act();
      };
      const drained = () => settle(resolve);
      const aborted = () => settle(() => reject(ended.reason));
      const cancelStall = clock.after(stallMs, () =>
        settle(() =>
          reject(
            new WeftError(Code.ResourceExhausted, `the reader took nothing for ${stallMs} ms`, {
              reason: Reason.ReaderStalled,
            }),
          ),
        ),
      );
      call.once("drain", drained);
      ended.addEventListener("abort", aborted, { once: true });
    });
}
