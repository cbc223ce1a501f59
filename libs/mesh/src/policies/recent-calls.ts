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

/** As it is kept: what can be put together when somebody asks is not put together for each call. */
interface Kept extends Omit<RecentCall, "function"> {
  readonly service: string;
  readonly functionName: string;
}

export function createRecentCalls(options: RecentCallsOptions): RecentCalls {
  const { clock, capacity = 1_000 } = options;
  // Both are looked through when somebody asks, which is rare: with maps by id each call would pay twice as much.
  const running: Call[] = [];
  const over: Kept[] = []; // a ring
  let newest = -1;

  function begin(call: Call): typeof cont {
    call.runningAt = running.length;
    running.push(call);
    return cont;
  }

  /** The last one takes its place. */
  function end(call: Call): void {
    const { runningAt } = call;
    const last = running.pop();
    if (last === undefined || last === call) return;
    running[runningAt] = last;
    last.runningAt = runningAt;
  }

  function remember(call: Call, { error, elapsedMs }: Outcome): void {
    if (call.runningAt >= 0) end(call);
    call.runningAt = -1;
    newest = newest + 1 === capacity ? 0 : newest + 1;
    over[newest] = recordOf(call, elapsedMs, codeName(error?.code ?? Code.Ok), error?.reason ?? "");
  }

  function findRunning(requestId: string): Call | undefined {
    let found: Call | undefined;
    for (const call of running)
      if (call.request.requestId === requestId && (found === undefined || call.startedAt >= found.startedAt))
        found = call;
    return found;
  }

  function findOver(requestId: string): Kept | undefined {
    for (let back = 0; back < over.length; back++) {
      const record = over[(newest - back + over.length) % over.length];
      if (record?.requestId === requestId) return record;
    }
    return undefined;
  }

  return {
    plugin: {
      name: "recent-calls",
      callbacks: {
        admit: begin,
        settled: remember,
      },
    },
    find(requestId) {
      const nowMs = clock.now();
      const call = findRunning(requestId);
      const kept = call === undefined ? findOver(requestId) : recordOf(call, nowMs - call.startedAt, "running", "");
      if (kept === undefined) return undefined;
      const { service, functionName, ...rest } = kept;
      // Not before: each call would have to read one more clock.
      const startedAt = clock.wallTime() - (nowMs - kept.startedAt);
      return { ...rest, function: `${service}.${functionName}`, startedAt };
    },
  };
}

/** With its start on the monotonic scale. */
function recordOf(
  { request, target, attempts, startedAt }: Call,
  elapsedMs: number,
  state: string,
  reason: string,
): Kept {
  return {
    requestId: request.requestId,
    service: request.service,
    functionName: request.functionName,
    version: target?.variant.config.version ?? "",
    shape: request.shape,
    userId: request.identity.userId,
    peerAddress: request.peerAddress,
    startedAt,
    elapsedMs,
    state,
    reason,
    attempts,
  };
}
