import type { CallContext } from "@weft/contracts/node";
import type { Call } from "../call.js";
import type { RequestLimits } from "../transport/node-connection.js";

/** What a node learns of the call that a request belongs to. `caller` is the id of this process, for the node's log. */
export function nodeContext(call: Call, { timeoutMs }: RequestLimits, caller: string): CallContext {
  const { requestId, identity, deviceId, peerAddress, trace, hop, idempotencyKey } = call.request;
  return {
    requestId,
    userId: identity.userId,
    roles: [...identity.roles],
    tenant: identity.tenant,
    deviceId,
    peerAddress,
    timeoutMs: timeoutMs === Number.POSITIVE_INFINITY ? 0 : Math.max(1, Math.floor(timeoutMs)),
    traceparent: trace.traceparent,
    tracestate: trace.tracestate,
    baggage: trace.baggage,
    attempt: call.attempt,
    hop,
    idempotencyKey,
    caller,
  };
}
