import type { VerifyFunctionsRequest, VerifyFunctionsResponse } from "@weft/contracts/admin";
import type { ServeUnary } from "@weft/service";
import type { AdminParts } from "./admin-parts.js";

/** AdminService.VerifyFunctions: whether the set that a service has pushed is the one it believes to be here. */
export function verifyFunctions({ mesh }: AdminParts): ServeUnary<VerifyFunctionsRequest, VerifyFunctionsResponse> {
  return ({ service, configVersion }) => {
    const storedVersion = mesh.catalogue.pushedVersion(service);
    if (storedVersion === undefined) return { outcome: "not_found", storedVersion: "" };
    return { outcome: storedVersion === configVersion ? "matched" : "mismatch", storedVersion };
  };
}
