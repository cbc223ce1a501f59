import type { CallContext } from "@weft/contracts/node";
import { type Clock, type Logger, withFields } from "@weft/core";
import type { Identity, Trace } from "@weft/mesh";
import type { CacheEntries } from "../define/cache-entries.js";
import type { HandlerContext, NestedCalls } from "../define/handler-context.js";
import { handlerEntries } from "./cache/handler-entries.js";
import type { JoinedGets } from "./cache/joined-gets.js";
import { nestedCalls, type Origin } from "./nested-calls.js";
import type { Outgoing } from "./outgoing.js";

/** The same for all calls of a node. */
export interface HandlerContextOptions {
  readonly outgoing: Outgoing;
  readonly cacheGets: JoinedGets;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** When the call ends, whatever its handler does. */
export interface HandlerTime {
  /** When the time is up, on the monotonic clock; Infinity: never. */
  readonly endsAt: number;
  /** Its signal is made for handlers that ask for it. */
  readonly abort: Pick<AbortController, "signal">;
}

/** What a handler gets of what the mesh vouches for. What most handlers do not ask for is made when it is asked for. */
export function createHandlerContext(
  context: CallContext,
  time: HandlerTime,
  options: HandlerContextOptions,
): HandlerContext {
  return new CallHandlerContext(context, time, options);
}

// A class, since every object literal with getters is put together by the runtime: 3 µs for each call. Methods are getters of
// functions, so that handlers may take them out of the context.
class CallHandlerContext implements HandlerContext {
  readonly #context: CallContext;
  readonly #time: HandlerTime;
  readonly #options: HandlerContextOptions;
  #identity: Identity | undefined;
  #trace: Trace | undefined;
  #logger: Logger | undefined;
  #nested: NestedCalls | undefined;
  #cache: CacheEntries | undefined;

  constructor(context: CallContext, time: HandlerTime, options: HandlerContextOptions) {
    this.#context = context;
    this.#time = time;
    this.#options = options;
  }

  get requestId(): string {
    return this.#context.requestId;
  }

  get attempt(): number {
    return this.#context.attempt;
  }

  get idempotencyKey(): string {
    return this.#context.idempotencyKey;
  }

  get identity(): Identity {
    if (this.#identity === undefined) {
      const { userId, roles, tenant } = this.#context;
      this.#identity = { userId, roles, tenant, deviceId: "" }; // what limits need of devices was checked before
    }
    return this.#identity;
  }

  get trace(): Trace {
    if (this.#trace === undefined) {
      const { traceparent, tracestate, baggage } = this.#context;
      this.#trace = { traceparent, tracestate, baggage };
    }
    return this.#trace;
  }

  get signal(): AbortSignal {
    return this.#time.abort.signal;
  }

  get timeLeftMs(): () => number {
    return () => this.#time.endsAt - this.#options.clock.now();
  }

  get deadline(): Date | undefined {
    if (this.#time.endsAt === Number.POSITIVE_INFINITY) return undefined;
    return new Date(this.#options.clock.wallTime() + this.timeLeftMs());
  }

  get logger(): Logger {
    this.#logger ??= withFields(this.#options.logger, { request_id: this.requestId });
    return this.#logger;
  }

  get call(): NestedCalls["call"] {
    return this.#calls.call;
  }

  get stream(): NestedCalls["stream"] {
    return this.#calls.stream;
  }

  get cache(): CacheEntries {
    this.#cache ??= handlerEntries(this.#origin, this.#options.cacheGets, this.call);
    return this.#cache;
  }

  get #calls(): NestedCalls {
    this.#nested ??= nestedCalls(this.#origin, this.#options);
    return this.#nested;
  }

  get #origin(): Origin {
    const { identity, trace } = this;
    return { context: this.#context, identity, trace, ...this.#time };
  }
}
