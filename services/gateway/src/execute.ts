import type { ExecuteRequest, ExecuteResponse } from "@weft/contracts/gateway";
import type { Mesh } from "@weft/mesh";
import { callRequest } from "./call-request.js";
import type { Caller } from "./caller.js";
import { asJson, asValue, wantsJson } from "./result-encoding.js";

export type Execute = (request: ExecuteRequest, caller: Caller) => Promise<ExecuteResponse>;

/** One call, one answer; for mode none an empty one. */
export function execute(mesh: Mesh): Execute {
  return async (request, caller) => {
    const call = mesh.newCall(callRequest(request, "unary", caller), caller.abort);
    const { json, node } = await mesh.execute(call);
    return {
      requestId: call.request.requestId,
      async: false,
      hasMore: false,
      outcome: call.isAcknowledged ? undefined : outcome(request, json),
      node,
    };
  };
}

function outcome(request: ExecuteRequest, json: Uint8Array): ExecuteResponse["outcome"] {
  if (wantsJson(request)) return { $case: "resultJson", value: asJson(json) };
  return { $case: "result", value: asValue(json) };
}
