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
  // A ring: looked through when somebody asks, which is rare, so that calls pay for no index.
  const over: RecentCall[] = [];
  let newest = -1;

  function remember(call: Call, { error, elapsedMs }: Outcome): void {
    const { requestId } = call.request;
    if (running.get(requestId) === call) running.delete(requestId);
    newest = newest + 1 === capacity ? 0 : newest + 1;
    over[newest] = recordOf(call, elapsedMs, codeName(error?.code ?? Code.Ok), error?.reason ?? "");
  }

  function findOver(requestId: string): RecentCall | undefined {
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
        admit(call) {
          running.set(call.request.requestId, call);
          return cont;
        },
        settled: remember,
      },
    },
    find(requestId) {
      const nowMs = clock.now();
      const call = running.get(requestId);
      const record = call === undefined ? findOver(requestId) : recordOf(call, nowMs - call.startedAt, "running", "");
      // Not before: each call would have to read one more clock.
      return record && { ...record, startedAt: clock.wallTime() - (nowMs - record.startedAt) };
    },
  };
}

/** With its start on the monotonic scale. */
function recordOf(
  { request, target, attempts, startedAt }: Call,
  elapsedMs: number,
  state: string,
  reason: string,
): RecentCall {
  return {
    requestId: request.requestId,
    function: `${request.service}.${request.functionName}`,
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
