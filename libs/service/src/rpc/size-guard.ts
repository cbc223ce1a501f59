import type { MethodDefinition, ServiceDefinition } from "@grpc/grpc-js";
import { Code, Reason, WeftError } from "@weft/core";

/** Size limits of one server, with the setting to name in the error. */
export interface SizeLimits {
  readonly maxRequestBytes: number;
  readonly maxResponseBytes: number;
}

// Where grpc-js's own limit stands, so that ours words the error for all that is not far beyond it.
const slack = 1.1;

/** A request that was not decoded, since it is over the limit. */
export class OversizeRequest {
  readonly bytes: number;

  constructor(bytes: number) {
    this.bytes = bytes;
  }
}

/** The options that make grpc-js refuse what is far over the limits, before it is read whole. */
export function sizeOptions(limits: SizeLimits, leastBytes = 0) {
  return {
    "grpc.max_receive_message_length": Math.max(leastBytes, Math.ceil(limits.maxRequestBytes * slack)),
    "grpc.max_send_message_length": Math.max(leastBytes, Math.ceil(limits.maxResponseBytes * slack)),
  };
}

/** The same service, whose requests over the limit arrive as OversizeRequest: grpc-js cannot answer such with details. */
export function withSizeGuard<S extends ServiceDefinition>(service: S, limits: SizeLimits): S {
  const guarded = Object.entries(service).map(([name, method]: [string, MethodDefinition<unknown, unknown>]) => [
    name,
    {
      ...method,
      requestDeserialize: (bytes: Buffer) =>
        bytes.length > limits.maxRequestBytes ? new OversizeRequest(bytes.length) : method.requestDeserialize(bytes),
    },
  ]);
  return Object.fromEntries(guarded) as S;
}

/** The error for something over a limit: it names the limit, the actual size and the setting. */
export function tooLarge(what: string, actual: number, limit: number, setting: string): WeftError {
  return new WeftError(
    Code.ResourceExhausted,
    `${what} of ${actual} bytes is over the limit of ${limit} (${setting})`,
    {
      reason: Reason.PayloadTooLarge,
      metadata: { limit: String(limit), actual: String(actual), setting },
    },
  );
}
