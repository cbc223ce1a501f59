import type { Callbacks, Dispatch } from "./callback.js";
import { ChainError, type ChainProblem } from "./chain-error.js";
import type { Implementer } from "./implementer.js";
import { compileAll } from "./kinds/all.js";
import { compileAround } from "./kinds/around.js";
import { compileNotify, type OnError } from "./kinds/notify.js";
import { compileStep } from "./kinds/step.js";
import type { Part } from "./plugin.js";

export interface CompileOptions {
  /** Gets what a notified plugin throws. Must not throw itself. */
  readonly onError: OnError;
}

/** Joins the implementers of each callback, from the top down, into one function. `chain` comes from `planChain`. */
export function compileChain<C extends Callbacks>(
  callbacks: C,
  chain: readonly Part<C>[],
  options: CompileOptions,
): Dispatch<C> {
  const problems = checkImplementations(callbacks, chain);
  if (problems.length > 0) throw new ChainError(chain[0]?.name ?? "", problems);

  const compiled = Object.entries(callbacks).map(([name, callback]) => [name, compile(name, callback, chain, options)]);
  return Object.freeze(Object.fromEntries(compiled)) as Dispatch<C>;
}

/** Who implements a callback, from the top down. */
export function implementersOf(chain: readonly Part[], name: string): readonly Implementer[] {
  return chain.flatMap((part) => {
    const implemented = (part.callbacks ?? {}) as Record<string, Implementer["run"] | undefined>;
    const run = Object.hasOwn(implemented, name) ? implemented[name] : undefined;
    return run === undefined ? [] : [{ plugin: part.name, run }];
  });
}

function compile(name: string, callback: Callbacks[string], chain: readonly Part[], { onError }: CompileOptions) {
  const implementers = implementersOf(chain, name);
  switch (callback.kind) {
    case "step":
      return compileStep(name, callback, implementers);
    case "around":
      return compileAround(name, callback, implementers);
    case "notify":
      return compileNotify(name, callback.arity, implementers, onError);
    case "all":
      return compileAll(name, callback.arity, implementers);
  }
}

function checkImplementations(callbacks: Callbacks, chain: readonly Part[]): ChainProblem[] {
  const problems: ChainProblem[] = [];
  const seen = new Set<string>();
  for (const { name: plugin, callbacks: implemented = {} } of chain) {
    if (seen.has(plugin)) {
      const message = `plugin "${plugin}" stands twice in the chain`;
      problems.push({ code: "DUPLICATE_PLUGIN", plugins: [plugin], message });
    }
    seen.add(plugin);
    for (const [name, run] of Object.entries<unknown>(implemented)) {
      if (run === undefined) continue;
      if (!Object.hasOwn(callbacks, name)) {
        const message = `plugin "${plugin}" implements callback "${name}", which is not declared`;
        problems.push({ code: "UNDECLARED_CALLBACK", plugins: [plugin], message });
      } else if (typeof run !== "function") {
        const message = `callback "${name}" of plugin "${plugin}" is no function`;
        problems.push({ code: "INVALID_CALLBACK", plugins: [plugin], message });
      }
    }
  }
  return problems;
}
