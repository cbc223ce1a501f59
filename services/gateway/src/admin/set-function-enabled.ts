import type { SetFunctionEnabledRequest, SetFunctionEnabledResponse } from "@weft/contracts/admin";
import type { ServeUnary } from "@weft/service";
import { unknownFunction } from "../unknown-function.js";
import type { AdminParts } from "./admin-parts.js";

/** AdminService.SetFunctionEnabled: an operator's switch, which holds until it is set again. */
export function setFunctionEnabled({
  mesh,
}: AdminParts): ServeUnary<SetFunctionEnabledRequest, SetFunctionEnabledResponse> {
  return ({ service, function: functionName, version, enabled }) => {
    const changed = mesh.catalogue.setEnabled({ service, functionName, version }, enabled);
    if (changed === undefined) throw unknownFunction(service, functionName, version ?? "");
    return { changed };
  };
}
