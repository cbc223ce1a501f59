import type { WeftError } from "@weft/core";
import { event } from "./event.js";

/** Which call it was about. */
export interface CallFields {
  readonly request_id: string;
  readonly service: string;
  /** Name of the function. */
  readonly request_type: string;
  /** Empty: anonymous. */
  readonly user_id: string;
}

/** How long it took, in microseconds. */
interface Duration {
  readonly duration_us: number;
}

interface Failed {
  readonly error: WeftError;
}

/** Calls as a whole, their retries, and what the engine decided for them. */
export const executorEvents = {
  requestStart: event<CallFields & { /** Milliseconds since 1970. */ readonly system_time: number }>(
    "executor.request.start",
  ),
  requestStop: event<CallFields & Duration & { readonly success: boolean; readonly async: boolean }>(
    "executor.request.stop",
  ),
  /** A fault of ours or of a handler, not a refusal. */
  requestException: event<CallFields & Duration & Failed>("executor.request.exception"),
  retry: event<
    CallFields & {
      /** 1, 2, 3, … */
      readonly attempt: number;
      readonly backoff_ms: number;
      readonly mode: "same_node" | "all_nodes";
      readonly type: "local" | "remote";
      /** Ids of the candidates. */
      readonly nodes: readonly string[];
    }
  >("executor.retry"),
  retryExhausted: event<
    CallFields & {
      /** As declared, such as `{ same_node: 2 }`. */
      readonly mode: Readonly<Partial<Record<"same_node" | "all_nodes", number>>>;
      readonly last_error: WeftError;
    }
  >("executor.retry.exhausted"),
  permissionDenied: event<CallFields & { readonly rule: string }>("executor.permission.denied"),
  nodeSelected: event<CallFields & { readonly node: string; readonly mode: string; readonly candidates: number }>(
    "executor.node.selected",
  ),
  /** Another node after an attempt that did not get through. `node` is the one that was left. */
  failover: event<CallFields & Failed & { readonly node: string }>("executor.failover"),
  /** An item on its way to the reader. Only of streams that are opened while somebody listens. */
  streamItem: event<CallFields & { readonly sequence: number; readonly bytes: number }>("executor.stream.item"),
} as const;

/** Rate limits. */
export const rateLimiterEvents = {
  check: event<Duration & { readonly result: "allowed" | "limited" | "failed"; readonly instance: string }>(
    "rate_limiter.check",
  ),
  exceeded: event<{
    readonly key: string;
    /** global, or service.function. */
    readonly scope: string;
    readonly max: number;
    readonly current: number;
    readonly retry_after_ms: number;
  }>("rate_limiter.exceeded"),
  reset: event<{ readonly key: string; readonly scope: string }>("rate_limiter.reset"),
  cleanup: event<{ readonly cleaned_entries: number }>("rate_limiter.cleanup"),
} as const;

type HookFields = CallFields & { readonly hook: string };

export const hookEvents = {
  beforeStart: event<HookFields>("hook.before.start"),
  beforeStop: event<HookFields & Duration>("hook.before.stop"),
  beforeException: event<HookFields & Duration & Failed>("hook.before.exception"),
  afterStart: event<HookFields>("hook.after.start"),
  afterStop: event<HookFields & Duration>("hook.after.stop"),
  afterException: event<HookFields & Duration & Failed>("hook.after.exception"),
} as const;

/** `pool` is `gateway.SHAPE` or a function's name. */
export const workerPoolEvents = {
  taskStart: event<{ readonly pool: string; readonly queued_us: number }>("worker_pool.task.start"),
  taskStop: event<Duration & { readonly pool: string }>("worker_pool.task.stop"),
  taskException: event<Duration & Failed & { readonly pool: string }>("worker_pool.task.exception"),
  taskRejected: event<{ readonly pool: string; readonly running: number; readonly queued: number }>(
    "worker_pool.task.rejected",
  ),
  breakerOpen: event<{ readonly function: string; readonly node: string; readonly reason: string }>(
    "worker_pool.circuit_breaker.open",
  ),
  breakerClose: event<{ readonly function: string; readonly node: string }>("worker_pool.circuit_breaker.close"),
} as const;

/** The functions that a process knows. */
export const configEvents = {
  pullStart: event<{ readonly service: string }>("config.pull.start"),
  pullStop: event<Duration & { readonly service: string; readonly count: number; readonly outcome: string }>(
    "config.pull.stop",
  ),
  push: event<{ readonly service: string; readonly count: number }>("config.push"),
  add: event<{ readonly service: string; readonly function: string; readonly version: string }>("config.add"),
  batchAdd: event<{ readonly service: string; readonly count: number }>("config.batch_add"),
  delete: event<{ readonly service: string; readonly function: string; readonly version: string }>("config.delete"),
  clear: event<{ readonly service: string }>("config.clear"),
  disable: event<{ readonly service: string; readonly function: string; readonly version: string }>("config.disable"),
  enable: event<{ readonly service: string; readonly function: string; readonly version: string }>("config.enable"),
} as const;
