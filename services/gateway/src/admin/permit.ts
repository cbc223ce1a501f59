import { Code, Reason, WeftError } from "@weft/core";
import type { RpcContext } from "@weft/service";

/** Throws unless the caller may take an admin action. */
export type Permit = (action: string, rpc: RpcContext) => void;

export interface PermitOptions {
  /** Actions that anybody may take; "*" stands for all. */
  readonly allowed: readonly string[];
  /** Users with this role may take all actions. */
  readonly role: string;
}

export function createPermit({ allowed, role }: PermitOptions): Permit {
  return (action, { connection: { identity } }) => {
    if (allowed.includes(action) || allowed.includes("*") || identity.roles.includes(role)) return;
    throw new WeftError(Code.PermissionDenied, "admin action denied", { reason: Reason.AdminActionDenied });
  };
}
