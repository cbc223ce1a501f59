import { Metadata, type ServiceError, type StatusObject } from "@grpc/grpc-js";
import { Reason, type WeftError } from "@weft/core";
import { Status } from "./gen/google/rpc/status.js";
import { errorFromStatus, meshDomain, statusFromError, transportError } from "./status.js";

/** The trailer that carries the details. Source: https://grpc.io/docs/guides/error/ ("Richer error model") */
const detailsKey = "grpc-status-details-bin";

/**
 * Tells layers that retry by themselves when they may: after so many milliseconds; negative: not at all. Source:
 * https://github.com/grpc/proposal/blob/master/A6-client-retries.md ("Pushback")
 */
const pushbackKey = "grpc-retry-pushback-ms";

/** The error as grpc-js sends it: code, message, and the details in the trailer. */
export function grpcStatus(error: WeftError, trailers: Metadata = new Metadata()): StatusObject {
  const status = statusFromError(error);
  trailers.set(detailsKey, Buffer.from(Status.encode(status).finish()));
  const pushbackMs = pushback(error);
  if (pushbackMs !== undefined) trailers.set(pushbackKey, String(pushbackMs));
  return { code: status.code, details: status.message, metadata: trailers };
}

/** It follows from the reason, so that it is the same however the error came here. */
function pushback({ reason, domain = meshDomain, retryAfterMs }: WeftError): number | undefined {
  if (domain !== meshDomain) return undefined;
  if (reason === Reason.Overloaded) return -1; // more attempts are what it has too many of
  return reason === Reason.RateLimited && retryAfterMs !== undefined ? Math.ceil(retryAfterMs) : undefined;
}

/** The error that a call ended with, read from its trailer; without one, from what grpc-js says. */
export function errorFromGrpc(error: Pick<ServiceError, "code" | "details" | "metadata">): WeftError {
  const [bytes] = error.metadata?.get(detailsKey) ?? [];
  if (!Buffer.isBuffer(bytes)) return transportError(error.code, error.details);
  try {
    return errorFromStatus(Status.decode(bytes));
  } catch {
    return transportError(error.code, error.details); // bytes of somebody else's making
  }
}
