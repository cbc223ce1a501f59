import type { UntypedServiceImplementation } from "@grpc/grpc-js";
import { type RpcServing, type ServeUnary, unaryRpc } from "@weft/service";
import type { AdminParts } from "./admin-parts.js";
import { explainPlugins } from "./explain-plugins.js";
import { getRateLimit } from "./get-rate-limit.js";
import { inspectRequest } from "./inspect-request.js";
import { invalidateResults } from "./invalidate-results.js";
import { listCallFlows } from "./list-call-flows.js";
import { listNodes } from "./list-nodes.js";
import { listRejectedFunctions } from "./list-rejected-functions.js";
import type { Permit } from "./permit.js";
import { pullFunctions } from "./pull-functions.js";
import { pushFunctions } from "./push-functions.js";
import { resetBreaker } from "./reset-breaker.js";
import { resetRateLimit } from "./reset-rate-limit.js";
import { setFunctionEnabled } from "./set-function-enabled.js";
import { updateRateLimits } from "./update-rate-limits.js";
import { verifyFunctions } from "./verify-functions.js";

export interface AdminServiceOptions {
  readonly parts: AdminParts;
  readonly permit: Permit;
  readonly serving: RpcServing;
}

/** Each RPC is an admin action of the same name, in snake case. */
const rpcs = {
  listNodes,
  invalidateResults,
  explainPlugins,
  listCallFlows,
  inspectRequest,
  getRateLimit,
  updateRateLimits,
  resetRateLimit,
  resetBreaker,
  setFunctionEnabled,
  listRejectedFunctions,
  pushFunctions,
  verifyFunctions,
  pullFunctions,
};

/** weft.v1.AdminService: what operators and the command line ask of a gateway. */
export function adminService(options: AdminServiceOptions): UntypedServiceImplementation {
  const { parts, permit, serving } = options;

  const permitted = (action: string, serve: ServeUnary<never, unknown>): ServeUnary<never, unknown> => {
    return (request, rpc) => {
      permit(action, rpc);
      return serve(request, rpc);
    };
  };

  // Each handler goes with the RPC of its own name, whose types grpc-js cannot see here.
  const handlers = Object.entries(rpcs).map(([name, rpc]) => [
    name,
    unaryRpc(serving, permitted(snakeCase(name), rpc(parts))),
  ]);
  return Object.fromEntries(handlers) as UntypedServiceImplementation;
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
