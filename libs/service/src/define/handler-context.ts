import type { Logger } from "@weft/core";
import type { Identity, Trace } from "@weft/mesh";
import type { CacheEntries } from "./cache-entries.js";

/** What a handler says of a call that it makes. */
export interface NestedCallOptions {
  /** Of the function. Defaults to the latest. */
  readonly version?: string;
  /**
   * Id of the node that is to run it, and no other: without it the call fails with NO_NODES_AVAILABLE. Defaults to the one
   * that the function's selector picks.
   */
  readonly node?: string;
  /** The time it may take; never more than the handler has left. */
  readonly timeoutMs?: number;
  readonly idempotencyKey?: string;
  /** Cancels this call alone. */
  readonly signal?: AbortSignal;
}

/** The functions of other services, called for the caller of this one: with its identity, trace and time left. */
export interface NestedCalls {
  /**
   * Runs `service.function` and answers its result: plain JSON data, objects without a prototype, integers beyond 2^53 as
   * bigint; undefined for a function of mode none; one of mode async is waited for. Throws a WeftError. It is cancelled when the handler's signal fires.
   */
  call<Result = unknown>(name: string, args?: object, options?: NestedCallOptions): Promise<Result>;
  /** The same for a function that gives items. Leaving the loop cancels it. */
  stream<Item = unknown>(name: string, args?: object, options?: NestedCallOptions): AsyncIterable<Item>;
}

/** What a handler knows of the call beside its arguments. */
export interface HandlerContext extends NestedCalls {
  readonly requestId: string;
  readonly identity: Identity;
  /**
   * Fires when the caller cancels, the time is up, or the stream is stopped: then nobody waits for the answer. It does not
   * fire after the answer, so that work which a handler leaves running goes on.
   */
  readonly signal: AbortSignal;
  /** When the time is up; undefined where there is no limit. */
  readonly deadline: Date | undefined;
  /** Milliseconds left for the answer; Infinity where there is no limit. */
  timeLeftMs(): number;
  /** W3C trace context, as it came. */
  readonly trace: Trace;
  /** 1 for the first attempt. */
  readonly attempt: number;
  /** As the client sent it. Empty: none. */
  readonly idempotencyKey: string;
  /** Entries that all services share, in the mesh's cache service. */
  readonly cache: CacheEntries;
  /** Writes the request id with every line. */
  readonly logger: Logger;
}
