import type { SessionResult, StreamResponse } from "@weft/contracts/gateway";
import { isAborted, onAbort } from "@weft/mesh";
import type { Send } from "@weft/service";
import type { Outbox } from "./outbox.js";

export interface StreamSenderOptions {
  readonly id: number;
  readonly abort: AbortController;
  readonly outbox: Outbox;
  /** Tells the last message. */
  readonly finish: (result: SessionResult["result"]) => void;
}

/** Sends the messages of one stream of a session. While the client is behind, each stream has one message on its way. */
export function streamSender({ id, abort, outbox, finish }: StreamSenderOptions): Send<StreamResponse> {
  return (message) => {
    if (isAborted(abort)) throw abort.signal.reason;
    const result = { $case: "stream", value: message } as const;
    if (!message.hasMore) return finish(result);
    outbox.push({ id, result });
    if (!outbox.isBlocked) return;
    return new Promise<void>((resolve, reject) => {
      const stopWaiting = outbox.whenFree(() => {
        stopListening();
        resolve();
      });
      const stopListening = onAbort(abort, () => {
        stopWaiting();
        reject(abort.signal.reason);
      });
    });
  };
}
