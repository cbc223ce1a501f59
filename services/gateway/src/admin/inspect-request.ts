import { encodeStruct } from "@weft/contracts";
import type { InspectRequestRequest, InspectRequestResponse } from "@weft/contracts/admin";
import { Code, codeName, Reason, WeftError } from "@weft/core";
import type { RecentCall } from "@weft/mesh";
import type { ServeUnary } from "@weft/service";
import type { AdminParts } from "./admin-parts.js";

/** AdminService.InspectRequest: what is known of one call, under way or over a short while ago. */
export function inspectRequest({ recentCalls }: AdminParts): ServeUnary<InspectRequestRequest, InspectRequestResponse> {
  return ({ requestId }) => {
    const call = recentCalls.find(requestId);
    if (call === undefined)
      throw new WeftError(Code.NotFound, `no call "${requestId}" is under way or among the last ones at this gateway`, {
        reason: Reason.RequestNotFound,
      });
    return { request: encodeStruct(shown(call)) };
  };
}

function shown(call: RecentCall): Record<string, unknown> {
  return {
    request_id: call.requestId,
    function: call.function,
    version: call.version,
    shape: call.shape,
    user_id: call.userId,
    peer_address: call.peerAddress,
    started_at: new Date(call.startedAt),
    elapsed_ms: rounded(call.elapsedMs),
    state: call.state,
    reason: call.reason,
    attempts: call.attempts.map(({ node, elapsedMs, error }) => ({
      node,
      elapsed_ms: rounded(elapsedMs),
      code: codeName(error?.code ?? Code.Ok),
      reason: error?.reason ?? "",
    })),
  };
}

const rounded = (ms: number) => Math.round(ms * 100) / 100;
