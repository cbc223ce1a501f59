import { randomUUID } from "node:crypto";
import type { ExecuteRequest, StreamRequest } from "@weft/contracts/gateway";
import { Code, Reason, type Violation, WeftError } from "@weft/core";
import type { CallRequest, CallShape } from "@weft/mesh";
import type { Caller } from "./caller.js";

const requestIdForm = /^[A-Za-z0-9._:-]{1,128}$/;

/** The call that a client's message asks for. */
export function callRequest(message: ExecuteRequest | StreamRequest, shape: CallShape, caller: Caller): CallRequest {
  const { identity, peerAddress } = caller.connection;
  const requestId = message.requestId || caller.requestId || randomUUID();
  const isWellFormed = requestIdForm.test(requestId);
  if (isWellFormed) caller.named(requestId);
  refuseBlanks(message);
  if (!isWellFormed) throw invalid("request_id must be 1 to 128 of A-Z a-z 0-9 . _ : -", "request_id");
  if (message.deviceId.length > 128) throw invalid("device_id must be at most 128 characters", "device_id");

  return {
    requestId,
    service: bounded(message.service),
    functionName: bounded(message.function),
    version: bounded(message.version),
    shape,
    identity,
    peerAddress,
    deviceId: message.deviceId,
    idempotencyKey: message.idempotencyKey,
    trace: caller.trace,
    payload: message.arguments,
    deadlineAt: caller.deadlineAt,
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
