import type { PullFunctionsRequest, PullFunctionsResponse } from "@weft/contracts/admin";
import type { ServeUnary } from "@weft/service";
import type { AdminParts } from "./admin-parts.js";

/** AdminService.PullFunctions: asks nodes for their functions now. */
export function pullFunctions({ mesh }: AdminParts): ServeUnary<PullFunctionsRequest, PullFunctionsResponse> {
  return async ({ service, force }) => ({ outcome: await mesh.catalogue.pull(service, force) });
}
