import { silentLogger, systemClock } from "@weft/core";
import type { Plugin } from "@weft/plugin-chain";
import { type Call, targetOf } from "../call.js";
import type { Catalogue } from "../catalogue/catalogue.js";
import type { Target } from "../catalogue/target.js";
import type { Pipeline } from "../pipeline.js";
import type { CallbackOptions } from "../policies/callbacks/ask-callback.js";
import { explainPlacement } from "./explain-placement.js";
import { resolveNodes, resolverOf } from "./resolve-nodes.js";

export interface PlaceOptions extends Partial<CallbackOptions> {
  readonly catalogue: Catalogue;
}

/**
 * Asks the resolver of a function that declares one on which nodes a call may run: once for each request, and again for
 * each retry on other nodes. Calls of other functions pass straight through.
 */
export function place(options: PlaceOptions): Plugin<Pipeline> {
  const { catalogue, clock = systemClock, logger = silentLogger, caller = "" } = options;
  const callbacks = { clock, logger, caller };
  // The target that a call had before: further attempts are resolved from the nodes that hold the function.
  const origins = new WeakMap<Target, Target>();

  /** A promise only where the resolver must be waited for. */
  function resolve(call: Call): undefined | Promise<undefined> {
    const reference = resolverOf(call);
    const staysWhereItWas = call.chosen !== undefined && call.attempts.length > 0;
    if (reference === undefined || staysWhereItWas) return undefined;
    const take = (names: readonly string[]): undefined => {
      const target = targetOf(call);
      const origin = origins.get(target) ?? target;
      const candidates = catalogue.named(origin, names);
      const resolved = { ...origin, candidates };
      origins.set(resolved, origin);
      call.target = resolved;
      // A further attempt begins anew where the nodes that are left have all been tried.
      if (candidates.every((peer) => call.tried.includes(peer))) call.tried.length = 0;
      // A callback may have chosen among all the nodes that hold the function.
      if (call.chosen !== undefined && !candidates.includes(call.chosen)) call.chosen = undefined;
    };
    const names = resolveNodes(call, reference, callbacks);
    return names instanceof Promise ? names.then(take) : take(names);
  }

  function around<Result>(next: (call: Call) => Promise<Result>, call: Call): Promise<Result> {
    try {
      const pending = resolve(call);
      return pending === undefined ? next(call) : pending.then(() => next(call));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  return {
    name: "place",
    before: ["failover", "dispatch"],
    callbacks: {
      execute: (next) => (call) => around(next, call),
      open: (next) => (call) => around(next, call),
      explain: explainPlacement({ catalogue, clock, resolve }),
    },
  };
}
