import type { Metadata } from "@grpc/grpc-js";
import type { ExecuteRequest, ExecuteResponse } from "@weft/contracts/gateway";
import type { Clock } from "@weft/core";
import type { Headers } from "./headers.js";
import { neverBegun } from "./session/session-end.js";
import type { Sessions } from "./session/sessions.js";
import type { UnaryOptions } from "./unary.js";

export interface ExecuteOptions {
  /** Sends a call as an RPC of its own. */
  readonly alone: (request: ExecuteRequest, options: UnaryOptions) => Promise<ExecuteResponse>;
  /** Undefined: every call goes alone. */
  readonly sessions: Sessions | undefined;
  readonly clock: Clock;
}

export interface ExecuteLimits {
  readonly headers: Headers;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

export interface Execute {
  (request: ExecuteRequest, limits: ExecuteLimits): Promise<ExecuteResponse>;
  /** Calls `idle` once no call is under way. */
  whenIdle(idle: () => void): void;
}

// A larger call would hold up the small ones behind it; by an RPC of its own it has its own flow control.
const maxSharedBytes = 64 * 1_024;

/** Sends a call in a session where that pays, and alone where it does not, or where the session could not begin it. */
export function createExecute({ alone, sessions, clock }: ExecuteOptions): Execute {
  const sendAlone = (request: ExecuteRequest, metadata: Metadata, timeoutMs: number, signal: AbortSignal | undefined) =>
    alone(request, { metadata, deadline: new Date(Date.now() + timeoutMs), signal });

  let underWay = 0;
  let onIdle: (() => void) | undefined;

  async function send(request: ExecuteRequest, { headers, timeoutMs, signal }: ExecuteLimits) {
    const isSmall = (request.arguments?.value.length ?? 0) <= maxSharedBytes;
    const session = isSmall ? sessions?.find(headers) : undefined;
    if (session === undefined) return sendAlone(request, headers.toMetadata(), timeoutMs, signal);
    const endAt = clock.now() + timeoutMs;
    try {
      return await session.execute(request, { timeoutMs, signal });
    } catch (error) {
      if (error !== neverBegun) throw error;
      return sendAlone(request, headers.toMetadata(), endAt - clock.now(), signal);
    }
  }

  async function execute(request: ExecuteRequest, limits: ExecuteLimits): Promise<ExecuteResponse> {
    underWay++;
    try {
      return await send(request, limits);
    } finally {
      if (--underWay === 0) onIdle?.();
    }
  }

  function whenIdle(idle: () => void): void {
    if (underWay === 0) idle();
    else onIdle = idle;
  }

  return Object.assign(execute, { whenIdle });
}
