import { decodeStruct } from "@weft/contracts";
import type { InvalidateResultsRequest, InvalidateResultsResponse } from "@weft/contracts/admin";
import { invalidateResults as invalidate } from "@weft/mesh";
import type { ServeUnary } from "@weft/service";
import type { AdminParts } from "./admin-parts.js";

/** AdminService.InvalidateResults: kept results of a function are forgotten, by every node of the cache. */
export function invalidateResults({
  mesh,
}: AdminParts): ServeUnary<InvalidateResultsRequest, InvalidateResultsResponse> {
  return async ({ service, function: functionName, keyArguments: given }) => {
    const keyArguments = given.length === 0 ? undefined : decodeStruct(given);
    return { removed: await invalidate({ service, functionName, keyArguments }, mesh) };
  };
}
