import type { ResetBreakerRequest, ResetBreakerResponse } from "@weft/contracts/admin";
import type { ServeUnary } from "@weft/service";
import type { AdminParts } from "./admin-parts.js";

/** AdminService.ResetBreaker: closes the breakers that fit, all of them if nothing is said. */
export function resetBreaker({ mesh }: AdminParts): ServeUnary<ResetBreakerRequest, ResetBreakerResponse> {
  return ({ service, function: functionName, node }) => {
    const services = [...mesh.catalogue.services].filter(([name]) => service === "" || name === service);
    const peers = services.flatMap(([, { peers }]) => peers.filter(({ id }) => node === "" || id === node));
    return { reset: peers.reduce((count, { breakers }) => count + breakers.reset(functionName), 0) };
  };
}
