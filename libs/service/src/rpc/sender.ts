import type { ServerWritableStream } from "@grpc/grpc-js";
import { isAborted, onAbort } from "@weft/mesh";

/** Sends one message. A promise asks the producer to wait for the reader; it rejects when the call is over. */
export type Send<Message> = (message: Message) => void | Promise<void>;

/**
 * Writes with backpressure: while the reader keeps up nothing waits, and a reader that stops stops the producer. `drain`
 * alone would never come after a cancel (grpc-js drops the write callback), so `abort` ends the wait too.
 */
export function createSender<Message>(
  call: ServerWritableStream<unknown, Message>,
  abort: AbortController,
): Send<Message> {
  return (message) => {
    if (isAborted(abort)) throw abort.signal.reason;
    if (call.write(message)) return;
    return new Promise<void>((resolve, reject) => {
      const settle = () => {
        call.off("drain", settle);
        stopListening();
        if (isAborted(abort)) reject(abort.signal.reason);
        else resolve();
      };
      call.on("drain", settle);
      const stopListening = onAbort(abort, settle);
    });
  };
}
