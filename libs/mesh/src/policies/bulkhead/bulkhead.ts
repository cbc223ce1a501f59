import type { Concurrency } from "@weft/contracts/function";
import type { Clock } from "@weft/core";
import { cont, type Plugin } from "@weft/plugin-chain";
import { type Call, type CallShape, targetOf } from "../../call.js";
import type { FunctionVariant } from "../../catalogue/target.js";
import { explainStep } from "../../explanation.js";
import type { Pipeline } from "../../pipeline.js";
import { explainPools } from "./explain-pools.js";
import { createPool, type Pool, type PoolStatus } from "./pool.js";
import { giveBack } from "./slot.js";

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

interface OwnPool {
  readonly pool: Pool;
  /** The definition that was called last: while definitions change it may be the one or the other. */
  sizedFor: FunctionVariant;
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
  const functions = new Map<string, OwnPool>();
  const ownPools = new WeakMap<FunctionVariant, OwnPool>();

  function ownPool(variant: FunctionVariant, concurrency: Concurrency): Pool {
    const own = ownPools.get(variant) ?? prepareOwnPool(variant, concurrency);
    if (own.sizedFor !== variant) {
      own.sizedFor = variant;
      own.pool.resize(concurrency);
    }
    return own.pool;
  }

  function prepareOwnPool(variant: FunctionVariant, concurrency: Concurrency): OwnPool {
    const { service, function: functionName, version } = variant.config;
    const name = `${service}.${functionName}`;
    const key = `${name}\n${version ?? ""}`;
    const own = functions.get(key) ?? { pool: createPool(name, concurrency, clock), sizedFor: variant };
    functions.set(key, own);
    ownPools.set(variant, own);
    return own;
  }

  function ownPoolOf(variant: FunctionVariant): Pool | undefined {
    const { concurrency } = variant.config;
    return concurrency && ownPool(variant, concurrency);
  }

  /**
   * The function's own slot first: its calls then wait for each other without keeping the calls of other functions from
   * their slots, and as nobody with a slot of the process waits for anything, no two calls wait for each other.
   */
  function admit(call: Call): typeof cont | Promise<typeof cont> {
    const { variant } = targetOf(call);
    const shared = shapes[variant.shape];
    const queued = ownPoolOf(variant)?.enter(call);
    return queued === undefined ? admitted(shared.enter(call)) : queued.then(() => shared.enter(call)).then(() => cont);
  }

  return {
    plugin: {
      name: "bulkhead",
      after: ["validate"],
      callbacks: {
        admit,
        settled(call, { error }) {
          giveBack(call, error);
        },
        explain: explainStep((call) => {
          const { variant } = targetOf(call);
          const own = ownPoolOf(variant);
          const shared = shapes[variant.shape];
          return explainPools(own === undefined ? [shared] : [own, shared]);
        }),
      },
    },
    status: () =>
      [shapes.unary, shapes.stream, ...Array.from(functions.values(), ({ pool }) => pool)].map((pool) => pool.status),
  };
}

function admitted(queued: void | Promise<void>): typeof cont | Promise<typeof cont> {
  return queued === undefined ? cont : queued.then(() => cont);
}
