import { createHash, timingSafeEqual } from "node:crypto";
import type { PushFunctionsRequest, PushFunctionsResponse } from "@weft/contracts/admin";
import { Code, Reason, WeftError } from "@weft/core";
import type { RpcContext, ServeUnary } from "@weft/service";
import type { AdminParts } from "./admin-parts.js";

/** AdminService.PushFunctions: a service outside discovery publishes its whole set. Without a token nobody may. */
export function pushFunctions({
  mesh,
  pushToken,
}: AdminParts): ServeUnary<PushFunctionsRequest, PushFunctionsResponse> {
  const expected = pushToken === undefined ? undefined : digest(pushToken);
  return (request, rpc) => {
    if (expected === undefined || !timingSafeEqual(digest(sentToken(rpc)), expected))
      throw new WeftError(Code.Unauthenticated, "invalid push token", { reason: Reason.InvalidPushToken });
    return { outcome: mesh.catalogue.push(request) };
  };
}

function sentToken({ metadata }: RpcContext): string {
  return metadata.get("x-weft-push-token")[0]?.toString() ?? "";
}

// Digests have one length, so comparing them tells nothing about the token's.
function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
