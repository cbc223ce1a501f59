import { decodeStruct } from "@weft/contracts";
import type { InvalidateResultsRequest, InvalidateResultsResponse } from "@weft/contracts/admin";
import { invalidateResults as invalidate } from "@weft/mesh";
import type { ServeUnary } from "@weft/service";
import type { AdminParts } from "./admin-parts.js";

/** AdminService.InvalidateResults: kept results of a function are forgotten, by every node of the cache. */
export function invalidateResults({
  mesh,
  nearResults,
}: AdminParts): ServeUnary<InvalidateResultsRequest, InvalidateResultsResponse> {
  return async ({ service, function: functionName, keyArguments: given }) => {
    const keyArguments = given.length === 0 ? undefined : decodeStruct(given);
    try {
      return { removed: await invalidate({ service, functionName, keyArguments }, mesh) };
    } finally {
      nearResults?.forgetAll(); // other gateways hear of it from the cache, but who asked here calls here next
    }
  };
}
