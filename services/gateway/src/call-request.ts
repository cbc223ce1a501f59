import { randomUUID } from "node:crypto";
import type { ExecuteRequest, StreamRequest } from "@weft/contracts/gateway";
import { Code, Reason, WeftError } from "@weft/core";
import type { CallRequest, CallShape } from "@weft/mesh";
import type { Caller } from "./caller.js";

const requestIdForm = /^[A-Za-z0-9._:-]{1,128}$/;

/** Throws for what cannot be the id of a call. */
export function checkRequestId(requestId: string): void {
  if (!requestIdForm.test(requestId)) throw invalid("request_id must be 1 to 128 of A-Z a-z 0-9 . _ : -", "request_id");
}

/** The call that a client's message asks for. */
export function callRequest(message: ExecuteRequest | StreamRequest, shape: CallShape, caller: Caller): CallRequest {
  const { identity, peerAddress } = caller.connection;
  const requestId = message.requestId || caller.requestId || randomUUID();
  const isWellFormed = requestIdForm.test(requestId);
  if (isWellFormed) caller.named(requestId);
  refuseBlanks(message);
  checkRequestId(requestId);
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
  const blank: BlankField[] = [];
  if (message.function === "") blank.push({ field: "function", shown: "request_type (function)" });
  if (message.service === "") blank.push({ field: "service" });
  if (blank.length > 0) throw missing(blank);
}

interface BlankField {
  readonly field: string;
  readonly shown?: string;
}

/** The error of fields that must say something. */
export function missing(fields: readonly BlankField[]): WeftError {
  const names = fields.map(({ field, shown = field }) => shown).join(", ");
  return new WeftError(Code.InvalidArgument, `Invalid request: Missing required fields: ${names}`, {
    reason: Reason.MissingField,
    violations: fields.map(({ field }) => ({ field, description: "must not be blank" })),
  });
}

/** The error of a field that cannot be what it says. */
export function invalid(what: string, field: string): WeftError {
  return new WeftError(Code.InvalidArgument, `Invalid request: Malformed request payload: ${what}`, {
    reason: Reason.InvalidPayload,
    violations: [{ field, description: what }],
  });
}
