import { randomUUID } from "node:crypto";
import type { Metadata } from "@grpc/grpc-js";
import type { ExecuteRequest, StreamRequest } from "@weft/contracts/gateway";
import { Code, Reason, type Violation, WeftError } from "@weft/core";
import type { CallRequest, CallShape } from "@weft/mesh";
import type { RpcContext } from "@weft/service";

const requestIdForm = /^[A-Za-z0-9._:-]{1,128}$/;

/** The call that a client's message asks for. The request id goes back with the status, whatever becomes of the call. */
export function callRequest(message: ExecuteRequest | StreamRequest, shape: CallShape, rpc: RpcContext): CallRequest {
  const { metadata } = rpc;
  const requestId = message.requestId || text(metadata, "x-request-id") || randomUUID();
  const isWellFormed = requestIdForm.test(requestId);
  if (isWellFormed) rpc.trailers.set("x-request-id", requestId);
  refuseBlanks(message);
  if (!isWellFormed) throw invalid("request_id must be 1 to 128 of A-Z a-z 0-9 . _ : -", "request_id");
  if (message.deviceId.length > 128) throw invalid("device_id must be at most 128 characters", "device_id");

  return {
    requestId,
    service: bounded(message.service),
    functionName: bounded(message.function),
    version: message.version,
    shape,
    identity: rpc.connection.identity,
    peerAddress: rpc.connection.peerAddress,
    deviceId: message.deviceId,
    idempotencyKey: message.idempotencyKey,
    trace: {
      traceparent: text(metadata, "traceparent"),
      tracestate: text(metadata, "tracestate"),
      baggage: text(metadata, "baggage"),
    },
    payload: message.arguments,
    deadlineAt: rpc.deadlineAt,
    hop: 1,
  };
}

const longestName = 128;

/**
 * Names are logged and remembered, so that what is longer than any function's is cut, which makes it no other's. Copied:
 * a mere slice would keep the whole text in memory.
 */
function bounded(name: string): string {
  return name.length <= longestName ? name : Buffer.from(name.slice(0, longestName + 1)).toString();
}

function text(metadata: Metadata, key: string): string {
  return metadata.get(key)[0]?.toString() ?? "";
}

/** Names in the rules' words, with those of the message in brackets where they differ. */
function refuseBlanks(message: ExecuteRequest | StreamRequest): void {
  const missing: (Violation & { readonly shown: string })[] = [];
  if (message.function === "")
    missing.push({ field: "function", description: "must not be blank", shown: "request_type (function)" });
  if (message.service === "") missing.push({ field: "service", description: "must not be blank", shown: "service" });
  if (missing.length === 0) return;
  const names = missing.map(({ shown }) => shown).join(", ");
  throw new WeftError(Code.InvalidArgument, `Invalid request: Missing required fields: ${names}`, {
    reason: Reason.MissingField,
    violations: missing.map(({ field, description }) => ({ field, description })),
  });
}

function invalid(what: string, field: string): WeftError {
  return new WeftError(Code.InvalidArgument, `Invalid request: Malformed request payload: ${what}`, {
    reason: Reason.InvalidPayload,
    violations: [{ field, description: what }],
  });
}
