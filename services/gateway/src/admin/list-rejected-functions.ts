import type { ListRejectedFunctionsRequest, ListRejectedFunctionsResponse } from "@weft/contracts/admin";
import type { ServeUnary } from "@weft/service";
import type { AdminParts } from "./admin-parts.js";

const defaultLimit = 100;

/** AdminService.ListRejectedFunctions: what was not taken in the last 24 hours, and why. */
export function listRejectedFunctions({
  mesh,
}: AdminParts): ServeUnary<ListRejectedFunctionsRequest, ListRejectedFunctionsResponse> {
  return ({ source, service, limit }) => {
    const entries = mesh.catalogue.rejected.list({ source, service, limit: limit || defaultLimit });
    return { rejected: entries.map(({ hash: _hash, reasons, ...entry }) => ({ ...entry, reasons: [...reasons] })) };
  };
}
