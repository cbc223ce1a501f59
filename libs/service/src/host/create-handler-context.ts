import type { CallContext } from "@weft/contracts/node";
import { type Clock, type Logger, withFields } from "@weft/core";
import type { HandlerContext } from "../define/handler-context.js";
import { nestedCalls } from "./nested-calls.js";
import type { Outgoing } from "./outgoing.js";

export interface HandlerContextOptions {
  /** When the time is up, on the monotonic clock; Infinity: never. */
  readonly endsAt: number;
  /** Its signal is made for handlers that ask for it. */
  readonly abort: Pick<AbortController, "signal">;
  readonly outgoing: Outgoing;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What a handler gets of what the mesh vouches for. What most handlers do not ask for is made when it is asked for. */
export function createHandlerContext(context: CallContext, options: HandlerContextOptions): HandlerContext {
  const { endsAt, abort, clock, logger } = options;
  const { requestId, userId, roles, tenant, traceparent, tracestate, baggage, attempt, idempotencyKey } = context;
  const identity = { userId, roles, tenant, deviceId: "" }; // what limits need of devices was checked before
  const trace = { traceparent, tracestate, baggage };
  let ownLogger: Logger | undefined;
  const nested = nestedCalls({ context, identity, trace, endsAt, abort }, options);
  return {
    requestId,
    identity,
    get signal() {
      return abort.signal;
    },
    trace,
    attempt,
    idempotencyKey,
    timeLeftMs: () => endsAt - clock.now(),
    get deadline() {
      return endsAt === Number.POSITIVE_INFINITY ? undefined : new Date(clock.wallTime() + endsAt - clock.now());
    },
    get logger() {
      ownLogger ??= withFields(logger, { request_id: requestId });
      return ownLogger;
    },
    call: nested.call,
    stream: nested.stream,
  };
}
