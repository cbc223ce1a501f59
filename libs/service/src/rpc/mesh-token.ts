import { createHash, timingSafeEqual } from "node:crypto";
import { ServerInterceptingCall, type ServerInterceptor } from "@grpc/grpc-js";
import { grpcStatus } from "@weft/contracts";
import { Code, Reason, WeftError } from "@weft/core";

const tokenKey = "x-weft-mesh-token";

/** Refuses calls without the mesh token before their body is read. Health stays open: probes carry no metadata. */
export function meshTokenInterceptor(token: string): ServerInterceptor {
  const expected = digest(token);
  return (method, call) => {
    if (method.path.startsWith("/grpc.health.v1.")) return new ServerInterceptingCall(call);
    return new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMetadata(metadata, pass) {
            const sent = metadata.get(tokenKey)[0];
            metadata.remove(tokenKey);
            if (sent !== undefined && timingSafeEqual(digest(sent.toString()), expected)) pass(metadata);
            else call.sendStatus(grpcStatus(refused()));
          },
        }),
    });
  };
}

// Digests have one length, so comparing them tells nothing about the token's.
function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

function refused(): WeftError {
  return new WeftError(Code.Unauthenticated, "a mesh token is needed", { reason: Reason.Unauthenticated });
}
