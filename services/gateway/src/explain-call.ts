import { encodeStruct, statusFromError } from "@weft/contracts";
import { ExecuteRequest, type ExplainCallRequest, type ExplainCallResponse } from "@weft/contracts/gateway";
import { type CallRequest, cleanRoles, type ExplainedNode, type ExplainedStep, type Mesh } from "@weft/mesh";
import type { RpcContext, ServeUnary } from "@weft/service";
import { callRequest } from "./call-request.js";
import { callerOf } from "./caller.js";
import { unknownFunction } from "./unknown-function.js";

export interface ExplainCallOptions {
  readonly mesh: Mesh;
  /** Throws unless the caller may explain calls of others. */
  readonly permitExplainAs: (rpc: RpcContext) => void;
}

/** GatewayService.ExplainCall: what Execute or Stream would do with a call, and why, without doing it. */
export function explainCall(options: ExplainCallOptions): ServeUnary<ExplainCallRequest, ExplainCallResponse> {
  const { mesh, permitExplainAs } = options;

  function requested(request: ExplainCallRequest, rpc: RpcContext): CallRequest {
    const { call = ExecuteRequest.create(), asUserId, asRoles } = request;
    const { service, function: name, version } = call;
    const target = mesh.catalogue.find(service, name, version);
    // A function that is disabled, or has no node, is known: that is an outcome to explain.
    if (target === undefined && service !== "" && name !== "") throw unknownFunction(service, name, version);
    const asked = callRequest(
      call,
      target === undefined || target === "disabled" ? "unary" : target.variant.shape,
      callerOf(rpc),
    );
    if (asUserId === "" && asRoles.length === 0) return asked;
    permitExplainAs(rpc);
    return { ...asked, identity: { ...asked.identity, userId: asUserId, roles: cleanRoles(asRoles) } };
  }

  return async (request, rpc) => {
    const call = mesh.newCall(requested(request, rpc), new AbortController());
    const { steps, nodes } = await mesh.explain(call);
    const refusing = steps.findIndex(({ refusal }) => refusal !== undefined);
    const refusal = steps[refusing]?.refusal;
    return {
      config: call.target?.variant.config,
      steps: (refusal === undefined ? steps : steps.slice(0, refusing + 1)).map(shownStep),
      nodes: nodes.map(shownNode),
      outcome: refusal === undefined ? { code: 0, message: "", details: [] } : statusFromError(refusal),
    };
  };
}

function shownStep({ phase, rule, reason, details = {}, refusal }: ExplainedStep) {
  return { phase, rule, reason, passed: refusal === undefined, details: encodeStruct(details) };
}

function shownNode({ node, chosen, excluded, details }: ExplainedNode) {
  return { node, chosen, excluded, details: encodeStruct(details) };
}
