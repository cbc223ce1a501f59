import { EndReason, type StreamRequest, type StreamResponse } from "@weft/contracts/gateway";
import { Code, Reason, WeftError } from "@weft/core";
import { type Call, CallAbort, isAborted, type Mesh, onAbort, ownerOf, targetOf } from "@weft/mesh";
import type { Send } from "@weft/service";
import { callRequest } from "./call-request.js";
import type { Caller } from "./caller.js";
import type { LiveStreams } from "./live-streams.js";
import { asJson, asValue, wantsJson } from "./result-encoding.js";

type Content = StreamResponse["content"];

// Why a call was aborted when somebody asked for its end: no failure.
const stopped = new WeftError(Code.Cancelled, "stream stopped", { reason: Reason.Cancelled });

export type Stream = (request: StreamRequest, caller: Caller, send: Send<StreamResponse>) => Promise<void>;

/** Started, the items as fast as the client reads them, then exactly one end. */
export function stream(mesh: Mesh, live: LiveStreams): Stream {
  return async (request, caller, send) => {
    const call = mesh.newCall(callRequest(request, "stream", caller), abortedWith(caller));
    const { requestId } = call.request;
    const use = { requestId, owner: ownerOf(call.request), abort: call.abort };
    const { stream: own, remove } = live.add(use, () => call.abort.abort(stopped));
    const content = wantsJson(request)
      ? (json: Uint8Array): Content => ({ $case: "itemJson", value: asJson(json) })
      : (json: Uint8Array): Content => ({ $case: "item", value: asValue(json) });
    const message = (content: Content, hasMore: boolean): StreamResponse => ({
      requestId,
      sequence: own.lastSequence,
      async: targetOf(call).variant.shape === "stream" || (hasMore && isLater(call)),
      hasMore,
      content,
      resumeToken: "",
    });
    const end = (reason: EndReason) => send(message({ $case: "ended", value: { reason } }, false));

    try {
      await mesh.stream(call, {
        accepted: (node) => send(message({ $case: "started", value: { streamId: own.id, node } }, true)),
        item({ sequence, json }) {
          own.lastSequence = sequence;
          return send(message(content(json), !isLater(call)));
        },
      });
      if (!isLater(call)) await end(EndReason.END_REASON_COMPLETED);
    } catch (error) {
      if (error !== stopped) throw error;
      await end(EndReason.END_REASON_STOPPED);
    } finally {
      remove();
    }
  };
}

/** Whether the call was accepted first, so that its one item is the end. */
function isLater({ pendingOutcome }: Call): boolean {
  return pendingOutcome !== undefined;
}

/** Of its own, since a stopped stream still has a last message to send. */
function abortedWith({ abort: outer }: Caller): AbortController {
  const abort = new CallAbort();
  const follow = () => abort.abort(outer.signal.reason);
  if (isAborted(outer)) follow();
  else onAbort(outer, follow);
  return abort;
}
