import type { ExecuteRequest } from "@weft/contracts/node";
import { type Clock, Reason, WeftError } from "@weft/core";
import type { Plugin } from "@weft/plugin-chain";
import { type Call, targetOf } from "../call.js";
import type { Pipeline } from "../pipeline.js";
import { chooseNode } from "../selection/choose-node.js";
import type { RequestLimits } from "../transport/node-connection.js";
import { type Attempt, attemptAnswered, attemptFailed, startAttempt, streamLost } from "./attempt.js";
import { explainDispatch } from "./explain-dispatch.js";
import { nodeContext } from "./node-context.js";
import { isOfMesh, isOfTransport } from "./processed.js";
import { timedOut } from "./timed-out.js";

export interface DispatchOptions {
  readonly clock: Clock;
  /** Id of this process, for the node's log. */
  readonly caller: string;
}

/** Picks a node and runs the call there. The innermost policy. */
export function dispatch(options: DispatchOptions): Plugin<Pipeline> {
  const { clock, caller } = options;
  const streams = new Map<Call, Attempt>();

  function start(call: Call): Attempt {
    const nowMs = clock.now();
    if (call.deadlineAt - nowMs < 1) throw timedOut(call, nowMs);
    return startAttempt(call, chooseNode(call, nowMs), nowMs);
  }

  function failure(thrown: unknown, attempt: Attempt): WeftError {
    const nowMs = clock.now();
    const heard = WeftError.from(thrown);
    if (!isOfTransport(heard)) attempt.peer.ejection.succeeded(nowMs); // also where the words are ours in the end
    const error = inFull(heard, attempt, nowMs);
    attemptFailed(attempt, error, nowMs);
    return error;
  }

  return {
    name: "dispatch",
    callbacks: {
      execute: () => async (call) => {
        const attempt = start(call);
        const { peer } = attempt;
        const limits = new AttemptLimits(attempt);
        try {
          const json = await peer.connection.execute(nodeRequest(call, limits, caller), limits);
          attemptAnswered(attempt, clock.now());
          return { json, node: peer.id };
        } catch (thrown) {
          throw failure(thrown, attempt);
        } finally {
          peer.inFlight--;
        }
      },
      open: () => async (call) => {
        const attempt = start(call);
        const { peer } = attempt;
        const limits = new AttemptLimits(attempt);
        try {
          const request = { ...nodeRequest(call, limits, caller), resumeAfter: 0 };
          const items = await peer.connection.open(request, limits);
          attemptAnswered(attempt, clock.now());
          streams.set(call, attempt);
          return { items, node: peer.id };
        } catch (thrown) {
          peer.inFlight--;
          throw failure(thrown, attempt);
        }
      },
      explain: explainDispatch({ clock }),
      settled(call, { error }) {
        const attempt = streams.get(call);
        if (attempt === undefined) return;
        streams.delete(call);
        attempt.peer.inFlight--;
        if (error !== undefined) streamLost(attempt, error, clock.now());
      },
    },
  };
}

/** Those of an attempt. A connection that asks `abort` makes no signal. */
class AttemptLimits implements RequestLimits {
  readonly timeoutMs: number;
  readonly abort: AbortController;

  constructor({ call, startedMs }: Attempt) {
    this.timeoutMs = call.deadlineAt - startedMs;
    this.abort = call.abort;
  }

  get signal(): AbortSignal {
    return this.abort.signal;
  }
}

/** The error with what only its caller knows: whose limit ran out, which node was lost. */
function inFull(error: WeftError, { call, peer }: Attempt, nowMs: number): WeftError {
  // The node's clock and ours run out together; which is heard of first must make no difference.
  const isOwnTime = error.reason === Reason.Timeout && error.metadata.clock === undefined;
  if (isOwnTime && isOfMesh(error)) return timedOut(call, nowMs);
  if (!isOfTransport(error)) return error;
  if (error.reason !== Reason.ConnectionLost) return error;
  return error.with({ metadata: { ...error.metadata, node: peer.id } });
}

function nodeRequest(call: Call, limits: RequestLimits, caller: string): ExecuteRequest {
  const { config } = targetOf(call).variant;
  return {
    context: nodeContext(call, limits, caller),
    service: config.service,
    function: config.function,
    version: config.version ?? "",
    argsJson: asBuffer(call.argsJson),
  };
}

/** The same memory. What came from the network is a Buffer already: no other is made for each call. */
function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
