import type { ExecuteRequest, ExecuteResponse } from "@weft/contracts/gateway";
import type { Mesh } from "@weft/mesh";
import { callRequest } from "./call-request.js";
import type { Caller } from "./caller.js";
import { encodedResult } from "./result-encoding.js";

export type Execute = (request: ExecuteRequest, caller: Caller) => Promise<ExecuteResponse>;

/** One call, one answer; for modes none and async an empty one, once the call is accepted. */
export function execute(mesh: Mesh): Execute {
  return async (request, caller) => {
    const call = mesh.newCall(callRequest(request, "unary", caller), caller.abort);
    const { json, node } = await mesh.execute(call);
    return {
      requestId: call.request.requestId,
      async: call.pendingOutcome !== undefined,
      hasMore: false,
      outcome: call.isAcknowledged ? undefined : encodedResult(request, json),
      node,
    };
  };
}
