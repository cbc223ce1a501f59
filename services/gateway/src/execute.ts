import type { ExecuteRequest, ExecuteResponse } from "@weft/contracts/gateway";
import type { Mesh } from "@weft/mesh";
import type { ServeUnary } from "@weft/service";
import { callRequest } from "./call-request.js";
import { asJson, asValue, wantsJson } from "./result-encoding.js";

/** GatewayService.Execute: one call, one answer; for mode none an empty one. */
export function execute(mesh: Mesh): ServeUnary<ExecuteRequest, ExecuteResponse> {
  return async (request, rpc) => {
    const call = mesh.newCall(callRequest(request, "unary", rpc), rpc.abort);
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
