import { randomUUID } from "node:crypto";
import { decodeResult, encodeJson, type PlainObject } from "@weft/contracts";
import { type Clock, Code, Reason, WeftError } from "@weft/core";
import { type Call, createCall, meshIdentity } from "./call.js";
import { CallAbort } from "./call-abort.js";
import type { Catalogue } from "./catalogue/catalogue.js";
import type { Peer } from "./peers/peer.js";
import type { CallResult } from "./pipeline.js";

/** A call that this process makes for itself. */
export interface InternalCall {
  readonly service: string;
  readonly functionName: string;
  readonly args: PlainObject;
  readonly timeoutMs: number;
  /** The node that is to run it. Absent: what the function's selector picks. */
  readonly peer?: Peer;
}

/** The rest of a chain, or all of it. */
export type Execute = (call: Call) => Promise<CallResult>;

/**
 * Calls a function past everything that guards this process from clients: limits, permission, checks of arguments. Nobody
 * is told of its end. Answers the result as data.
 */
export type CallInternally = (call: InternalCall, execute: Execute) => Promise<unknown>;

export function internalCalls(catalogue: Catalogue, clock: Clock): CallInternally {
  const run = internalResults(catalogue, clock);
  return async (call, execute) => decodeResult((await run(call, execute)).json);
}

/** The same, and answers the result as it came, with the node that gave it. */
export function internalResults(
  catalogue: Catalogue,
  clock: Clock,
): (call: InternalCall, execute: Execute) => Promise<CallResult> {
  return async ({ service, functionName, args, timeoutMs, peer }, execute) => {
    const target = catalogue.find(service, functionName, "");
    if (target === undefined || target === "disabled")
      throw new WeftError(Code.Unavailable, `no node of service "${service}" is available`, {
        reason: Reason.NoNodesAvailable,
      });
    const nowMs = clock.now();
    const request = {
      requestId: randomUUID(),
      service,
      functionName,
      version: "",
      shape: "unary" as const,
      identity: meshIdentity,
      peerAddress: "",
      deviceId: "",
      idempotencyKey: "",
      trace: { traceparent: "", tracestate: "", baggage: "" },
      payload: undefined,
      deadlineAt: nowMs + timeoutMs,
      hop: 1,
    };
    const call = createCall(request, new CallAbort(), nowMs);
    call.target = target;
    call.args = args;
    call.argsJson = encodeJson(args);
    call.chosen = peer;
    return execute(call);
  };
}
