import type { Concurrency } from "@weft/contracts/function";
import type { Clock } from "@weft/core";
import { cont, type Plugin } from "@weft/plugin-chain";
import { type Call, type CallShape, targetOf } from "../../call.js";
import type { FunctionVariant } from "../../catalogue/target.js";
import { explainStep } from "../../explanation.js";
import type { Pipeline } from "../../pipeline.js";
import { explainPools } from "./explain-pools.js";
import { createPool, type Pool, type PoolStatus } from "./pool.js";

export interface BulkheadOptions {
  /** For all calls of a shape in this process. */
  readonly limits: Readonly<Record<CallShape, Concurrency>>;
  readonly clock: Clock;
}

/** Keeps one kind of call from taking all there is. */
export interface Bulkhead {
  readonly plugin: Plugin<Pipeline>;
  /** The pools of the process, then those of functions that declare one and were called. */
  status(): readonly PoolStatus[];
}

/**
 * Limits how many calls run at once: those of each shape in this process, and those of a function that says how many. A call
 * that finds no slot waits for one in a bounded queue.
 */
export function createBulkhead({ limits, clock }: BulkheadOptions): Bulkhead {
  const shapes: Readonly<Record<CallShape, Pool>> = {
    unary: createPool("gateway.unary", limits.unary, clock),
    stream: createPool("gateway.stream", limits.stream, clock),
  };
  // By function and version, so that a new definition takes over the calls of the one before.
  const functions = new Map<string, Pool>();
  const ownPools = new WeakMap<FunctionVariant, Pool>();
  // Where a call has entered, whatever its target is when it is over.
  const entered = new Map<Call, Pool>();

  function ownPool(variant: FunctionVariant, concurrency: Concurrency): Pool {
    const known = ownPools.get(variant);
    if (known !== undefined) return known;
    const { service, function: functionName, version } = variant.config;
    const name = `${service}.${functionName}`;
    const key = `${name}\n${version ?? ""}`;
    const pool = functions.get(key) ?? createPool(name, concurrency, clock);
    pool.resize(concurrency);
    functions.set(key, pool);
    ownPools.set(variant, pool);
    return pool;
  }

  function poolsOf(call: Call): { readonly own: Pool | undefined; readonly shared: Pool } {
    const { variant } = targetOf(call);
    const { concurrency } = variant.config;
    return { own: concurrency && ownPool(variant, concurrency), shared: shapes[variant.shape] };
  }

  /**
   * The function's own slot first: its calls then wait for each other without keeping the calls of other functions from
   * their slots, and as nobody with a slot of the process waits for anything, no two calls wait for each other.
   */
  function admit(call: Call): typeof cont | Promise<typeof cont> {
    const { own, shared } = poolsOf(call);
    if (own === undefined) return admitted(shared.enter(call));
    entered.set(call, own);
    const queued = own.enter(call);
    return queued === undefined ? admitted(shared.enter(call)) : queued.then(() => shared.enter(call)).then(() => cont);
  }

  return {
    plugin: {
      name: "bulkhead",
      after: ["validate"],
      callbacks: {
        admit,
        settled(call, { error }) {
          shapes.unary.leave(call, error);
          shapes.stream.leave(call, error);
          const own = entered.get(call);
          if (own === undefined) return;
          entered.delete(call);
          own.leave(call, error);
        },
        explain: explainStep((call) => {
          const { own, shared } = poolsOf(call);
          return explainPools(own === undefined ? [shared] : [own, shared]);
        }),
      },
    },
    status: () => [shapes.unary, shapes.stream, ...functions.values()].map((pool) => pool.status),
  };
}

function admitted(queued: void | Promise<void>): typeof cont | Promise<typeof cont> {
  return queued === undefined ? cont : queued.then(() => cont);
}
