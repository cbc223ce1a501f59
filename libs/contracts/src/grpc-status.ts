import { Metadata, type ServiceError, type StatusObject } from "@grpc/grpc-js";
import type { WeftError } from "@weft/core";
import { Status } from "./gen/google/rpc/status.js";
import { errorFromStatus, statusFromError, transportError } from "./status.js";

/** The trailer that carries the details. Source: https://grpc.io/docs/guides/error/ ("Richer error model") */
const detailsKey = "grpc-status-details-bin";

/** The error as grpc-js sends it: code, message, and the details in the trailer. */
export function grpcStatus(error: WeftError, trailers: Metadata = new Metadata()): StatusObject {
  const status = statusFromError(error);
  trailers.set(detailsKey, Buffer.from(Status.encode(status).finish()));
  return { code: status.code, details: status.message, metadata: trailers };
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
