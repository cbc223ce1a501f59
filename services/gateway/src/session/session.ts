import { WeftError } from "@weft/core";
import { onAbort } from "@weft/mesh";
import { hardReset, type RpcServing, type ServeDuplex, sized } from "@weft/service";
import type { Execute } from "../execute.js";
import type { LiveStreams } from "../live-streams.js";
import type { Stream } from "../stream.js";
import { createInbox } from "./inbox.js";
import { createOutbox } from "./outbox.js";
import { createSessionCalls } from "./session-calls.js";

export interface SessionOptions {
  readonly execute: Execute;
  readonly stream: Stream;
  readonly live: LiveStreams;
  readonly serving: RpcServing;
}

/** GatewayService.Session: many calls over one stream, each as if it were an RPC of its own. */
export function session(options: SessionOptions): ServeDuplex<Buffer, Buffer> {
  const { limits, clock } = options.serving;
  return (rpc, context) =>
    new Promise<void>((resolve, reject) => {
      const { abort, closing } = context;
      let hasHalfClosed = false;

      const outbox = createOutbox({
        write: (batch) => rpc.write(batch),
        maxResponseBytes: limits.maxResponseBytes,
        isIdle: () => calls.count === 0,
        onStalled(error) {
          fail(error);
          hardReset(rpc);
        },
        clock,
      });
      const calls = createSessionCalls({ ...options, outbox, context, peer: rpc.getPeer(), onOver: endIfOver });
      const inbox = createInbox({ source: rpc, start: calls.start, isHeldUp: () => outbox.isBlocked, fail });

      function fail(error: WeftError): void {
        reject(error);
        outbox.flush();
        outbox.close();
        inbox.close();
        calls.end(error); // after that, so that none gets this error as its own
      }

      function endIfOver(): void {
        if (calls.count > 0 || !(hasHalfClosed || calls.refusal !== undefined)) return;
        outbox.flush();
        if (!outbox.isEmpty) return; // goes on when the reader has caught up
        outbox.close();
        inbox.close();
        if (hasHalfClosed) resolve();
        else reject(calls.refusal);
      }

      rpc.on("data", (batch: Buffer) => {
        try {
          inbox.take(sized(batch, options.serving));
        } catch (error) {
          fail(WeftError.from(error));
        }
      });
      rpc.on("end", () => {
        hasHalfClosed = true;
        endIfOver();
      });
      rpc.on("drain", () => {
        outbox.caughtUp();
        inbox.goOn();
        endIfOver();
      });
      onAbort(abort, () => fail(abort.signal.reason));
      onAbort(closing, () => {
        calls.refuse(closing.signal.reason);
        endIfOver();
      });
    });
}
