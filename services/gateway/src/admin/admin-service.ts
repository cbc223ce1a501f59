import type { UntypedServiceImplementation } from "@grpc/grpc-js";
import { Code, Reason, WeftError } from "@weft/core";
import { type RpcServing, type ServeUnary, unaryRpc } from "@weft/service";
import type { AdminParts } from "./admin-parts.js";
import { explainPlugins } from "./explain-plugins.js";
import { listNodes } from "./list-nodes.js";

export interface AdminServiceOptions {
  readonly parts: AdminParts;
  /** Actions that anybody may take; "*" stands for all. */
  readonly allowed: readonly string[];
  readonly serving: RpcServing;
}

/** Each RPC is an admin action of the same name, in snake case. */
const rpcs = { listNodes, explainPlugins };

/** weft.v1.AdminService: what operators and the command line ask of a gateway. */
export function adminService(options: AdminServiceOptions): UntypedServiceImplementation {
  const { parts, allowed, serving } = options;

  const permitted = (action: string, serve: ServeUnary<never, unknown>): ServeUnary<never, unknown> => {
    const isAllowed = allowed.includes(action) || allowed.includes("*");
    return (request, rpc) => {
      if (isAllowed) return serve(request, rpc);
      throw new WeftError(Code.PermissionDenied, "admin action denied", { reason: Reason.AdminActionDenied });
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
