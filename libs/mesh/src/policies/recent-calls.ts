import { type Clock, Code, codeName } from "@weft/core";
import { cont, type Plugin } from "@weft/plugin-chain";
import type { Attempt, Call } from "../call.js";
import type { Outcome, Pipeline } from "../pipeline.js";

/** What is remembered of a call: no arguments, no result. */
export interface RecentCall {
  readonly requestId: string;
  /** `service.function`. */
  readonly function: string;
  /** The version that was called; empty: the unversioned one, or none was found. */
  readonly version: string;
  readonly shape: string;
  readonly userId: string;
  readonly peerAddress: string;
  /** Wall time, in milliseconds. */
  readonly startedAt: number;
  readonly elapsedMs: number;
  /** `running`, or how it ended, such as OK or NOT_FOUND. */
  readonly state: string;
  /** Empty for calls that went well. */
  readonly reason: string;
  /** Each node that was tried. */
  readonly attempts: readonly Attempt[];
}

/** The calls under way and the last ones that are over, to be looked up by their request id. */
export interface RecentCalls {
  readonly plugin: Plugin<Pipeline>;
  /** The newest call of that id. */
  find(requestId: string): RecentCall | undefined;
}

export interface RecentCallsOptions {
  readonly clock: Clock;
  /** How many calls that are over are remembered. Defaults to 1,000. */
  readonly capacity?: number;
}

export function createRecentCalls(options: RecentCallsOptions): RecentCalls {
  const { clock, capacity = 1_000 } = options;
  const running = new Map<string, Call>();
  const over = new Map<string, RecentCall>(); // the oldest first

  function remember(call: Call, outcome: Outcome): void {
    const { requestId } = call.request;
    if (running.get(requestId) === call) running.delete(requestId);
    over.delete(requestId);
    over.set(requestId, recordOf(call, outcome, clock));
    if (over.size <= capacity) return;
    for (const oldest of over.keys()) {
      over.delete(oldest);
      return;
    }
  }

  return {
    plugin: {
      name: "recent-calls",
      callbacks: {
        admit(call) {
          running.set(call.request.requestId, call);
          return cont;
        },
        settled: remember,
      },
    },
    find(requestId) {
      const call = running.get(requestId);
      return call === undefined ? over.get(requestId) : recordOf(call, undefined, clock);
    },
  };
}

function recordOf(call: Call, outcome: Outcome | undefined, clock: Clock): RecentCall {
  const { request, target, attempts, startedAt } = call;
  const elapsedMs = outcome?.elapsedMs ?? clock.now() - startedAt;
  return {
    requestId: request.requestId,
    function: `${request.service}.${request.functionName}`,
    version: target?.variant.config.version ?? "",
    shape: request.shape,
    userId: request.identity.userId,
    peerAddress: request.peerAddress,
    startedAt: clock.wallTime() - elapsedMs,
    elapsedMs,
    state: outcome === undefined ? "running" : codeName(outcome.error?.code ?? Code.Ok),
    reason: outcome?.error?.reason ?? "",
    attempts,
  };
}
