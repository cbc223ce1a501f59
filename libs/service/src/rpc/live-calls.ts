import { Code, Reason, WeftError } from "@weft/core";

export interface LiveCallLimits {
  readonly maxStreams: number;
  readonly maxStreamsPerConnection: number;
}

/** A call as the count sees it. */
export interface LiveCall {
  readonly abort: AbortController;
  /** host:port of the caller's connection; undefined: work of this process that no caller waits for. */
  readonly connection: string | undefined;
  /** A stream may go on for ever, so a drain ends it; a unary call is waited for. */
  readonly isStream: boolean;
}

/** The calls that a process is serving: counted, so that a drain can wait for them, and ended by it at last. */
export interface LiveCalls {
  readonly count: number;
  /** Registers a call; the answer takes it off again. Throws TOO_MANY_STREAMS, or DRAINING once calls are refused. */
  enter(call: LiveCall): () => void;
  /** From now on new calls are refused: they may go to another node. */
  refuse(): void;
  endStreams(): void;
  /** Ends whatever is left. */
  endAll(): void;
  /** Resolves when no call is left. */
  whenIdle(): Promise<void>;
}

export function createLiveCalls(limits: LiveCallLimits): LiveCalls {
  const { maxStreams, maxStreamsPerConnection } = limits;
  const live = new Set<LiveCall>();
  const perConnection = new Map<string, number>();
  let isRefusing = false;
  let waiting: (() => void)[] = [];

  function countOn(connection: string, more: 1 | -1): void {
    const count = (perConnection.get(connection) ?? 0) + more;
    if (count > 0) perConnection.set(connection, count);
    else perConnection.delete(connection);
  }

  function leave(call: LiveCall): void {
    if (!live.delete(call)) return; // left before
    if (call.connection !== undefined) countOn(call.connection, -1);
    if (live.size > 0) return;
    for (const resume of waiting) resume();
    waiting = [];
  }

  return {
    get count() {
      return live.size;
    },
    enter(call) {
      if (isRefusing) throw draining("this node is shutting down: try another");
      if (live.size >= maxStreams) throw tooManyStreams("process", maxStreams, "WEFT_MAX_STREAMS");
      if (call.connection !== undefined) {
        if ((perConnection.get(call.connection) ?? 0) >= maxStreamsPerConnection)
          throw tooManyStreams("connection", maxStreamsPerConnection, "WEFT_MAX_STREAMS_PER_CONNECTION");
        countOn(call.connection, 1);
      }
      live.add(call);
      return () => leave(call);
    },
    refuse() {
      isRefusing = true;
    },
    endStreams() {
      for (const { abort, isStream } of live)
        if (isStream) abort.abort(draining("the stream was ended: this node is shutting down"));
    },
    endAll() {
      for (const { abort } of live) abort.abort(draining("the call was cut: this node is shutting down"));
    },
    whenIdle: () => (live.size === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
  };
}

function draining(message: string): WeftError {
  return new WeftError(Code.Unavailable, message, { reason: Reason.Draining, retryAfterMs: 1_000 });
}

/** The error for one call more than may be under way. */
export function tooManyStreams(scope: string, limit: number, setting: string): WeftError {
  return new WeftError(
    Code.ResourceExhausted,
    `this ${scope} has ${limit} calls under way, which is the limit (${setting})`,
    {
      reason: Reason.TooManyStreams,
      metadata: { limit: String(limit), setting },
    },
  );
}
