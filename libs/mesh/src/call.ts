import type { PlainObject } from "@weft/contracts";
import type { WeftError } from "@weft/core";
import type { Target } from "./catalogue/target.js";
import type { Peer } from "./peers/peer.js";
import type { PendingOutcome } from "./policies/async-results/pending-outcome.js";
import type { Slot } from "./policies/bulkhead/slot.js";
import { nothingProvided, type Provided } from "./provided.js";

/** Who calls, as authentication established it. Anonymous is an identity without user id. */
export interface Identity {
  readonly userId: string;
  readonly roles: readonly string[];
  readonly tenant: string;
  /** The device that the credentials were issued to, where they say so. Empty: unknown. */
  readonly deviceId: string;
}

export const anonymous: Identity = { userId: "", roles: [], tenant: "", deviceId: "" };

/** The role of calls that the mesh makes for itself. A function may declare it as its permission. */
export const meshRole = "weft.mesh";

/** Who makes those calls. A user of that name is nobody special: the role counts, which no credentials give. */
export const meshIdentity: Identity = Object.freeze({
  userId: "weft.mesh",
  roles: Object.freeze([meshRole]),
  tenant: "",
  deviceId: "",
});

/** W3C trace context, carried through unchanged. Source: https://www.w3.org/TR/trace-context/ */
export interface Trace {
  readonly traceparent: string;
  readonly tracestate: string;
  readonly baggage: string;
}

/** Arguments as the caller sent them: `args` is a `google.protobuf.Struct`, `argsJson` a UTF-8 JSON object. */
export interface ArgumentPayload {
  readonly $case: "args" | "argsJson";
  readonly value: Uint8Array;
}

/** unary: one answer. stream: items. */
export type CallShape = "unary" | "stream";

/** What somebody asks for, before anything is known about it. */
export interface CallRequest {
  readonly requestId: string;
  readonly service: string;
  readonly functionName: string;
  /** Empty or "0.0.0": the latest. */
  readonly version: string;
  /** Id of the only node that may run it. Absent: any of those that hold the function. */
  readonly node?: string | undefined;
  readonly shape: CallShape;
  readonly identity: Identity;
  /** The caller's IP address. */
  readonly peerAddress: string;
  /** What the client says of its device: information only. */
  readonly deviceId: string;
  readonly idempotencyKey: string;
  readonly trace: Trace;
  readonly payload: ArgumentPayload | undefined;
  /** When the caller stops waiting, on the clock's monotonic scale; Infinity: never said. */
  readonly deadlineAt: number;
  /** How many engines the call has passed: 1 at the gateway. */
  readonly hop: number;
}

/** One try of a call on one node. */
export interface Attempt {
  /** Id of the node. */
  readonly node: string;
  readonly elapsedMs: number;
  readonly error: WeftError | undefined;
}

/**
 * One execution on its way through the pipeline. Policies read the request and fill in what they find out; every field
 * exists from the start, so that all calls have one hidden class.
 */
export interface Call {
  readonly request: CallRequest;
  /**
   * Fires when the caller cancels, a clock runs out or the stream is stopped; its reason is what the caller is told. Ask
   * it by `isAborted` and `onAbort`: a signal that nobody needs is dear.
   */
  abort: AbortController;
  /** True once the caller has its answer while the work goes on. Set by the engine, with an `abort` of its own. */
  isAcknowledged: boolean;
  readonly startedAt: number;
  /** What the plugins of the chain that it met provide by name. Set by the engine. */
  provided: Provided;
  /** The earliest of the caller's deadline and the function's own limit. */
  deadlineAt: number;
  /** Whose limit that is. */
  deadlineClock: "client" | "function";
  /** Which function, and on which nodes. Set by `resolve`. */
  target: Target | undefined;
  /** Decoded, not yet checked. Set on first use by `callArguments`. */
  args: PlainObject | undefined;
  /** Checked, defaults filled in, ready to send. Set by `validate`. */
  argsJson: Uint8Array;
  /** False when the received bytes must not be passed on as they came. */
  argsVerbatim: boolean;
  /** What the call holds of the pools that it has entered, the last first. Set by `bulkhead`. */
  slot: Slot | undefined;
  /** Where its outcome is kept for its caller, who is answered before (mode async). Set by `async-results`. */
  pendingOutcome: PendingOutcome | undefined;
  /** Its place among the running calls; -1: none. Set by `recent-calls`. */
  runningAt: number;
  /** The node that a policy has chosen for the next attempt, instead of a fresh selection. `dispatch` takes it off. */
  chosen: Peer | undefined;
  /** Where the last attempt went. Set by `dispatch`. */
  peer: Peer | undefined;
  /** Peers that failed this call already. A list, since there are few: an empty set takes 100 bytes more in each call. */
  readonly tried: Peer[];
  /** 1 for the first attempt. */
  attempt: number;
  /** The attempts that are over, in order. */
  readonly attempts: Attempt[];
}

const noBytes = new Uint8Array(0);

export function createCall(request: CallRequest, abort: AbortController, startedAt: number): Call {
  return {
    request,
    abort,
    isAcknowledged: false,
    startedAt,
    provided: nothingProvided,
    deadlineAt: request.deadlineAt,
    deadlineClock: "client",
    target: undefined,
    args: undefined,
    argsJson: noBytes,
    argsVerbatim: false,
    slot: undefined,
    pendingOutcome: undefined,
    runningAt: -1,
    chosen: undefined,
    peer: undefined,
    tried: [],
    attempt: 0,
    attempts: [],
  };
}

/** What `resolve` found. A policy that runs before it is a mistake in the pipeline's order. */
export function targetOf(call: Call): Target {
  if (call.target === undefined) throw new Error("this policy must stand after resolve in the pipeline");
  return call.target;
}
