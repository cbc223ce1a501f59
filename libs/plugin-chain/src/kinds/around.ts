import type { Callback } from "../callback.js";
import { generate, type Run } from "../generate.js";
import type { Implementer } from "../implementer.js";
import { PluginError, textOf } from "../plugin-error.js";
import { UnhandledCallback } from "../unhandled-callback.js";

type AroundDeclaration = Callback<"around", unknown, unknown> & { readonly fallback: unknown };

/** Wraps from the bottom up, once: a call costs what the wrappers cost. */
export function compileAround(name: string, declaration: AroundDeclaration, implementers: readonly Implementer[]): Run {
  const bottom = () => {
    throw new UnhandledCallback(name);
  };
  let run = (declaration.fallback ?? bottom) as Run;
  for (const implementer of implementers.toReversed()) run = wrap(implementer, run);
  return generate({
    name,
    arity: declaration.arity,
    implementers: [{ plugin: "", run }],
    scope: {},
    each: (_, args) => `return f0(${args});`,
    end: "",
    otherwise: run,
  });

  function wrap({ plugin, run: around }: Implementer, next: Run): Run {
    let wrapped: unknown;
    try {
      wrapped = around(next);
    } catch (error) {
      throw new PluginError("HOOK_FAILED", { plugin, hook: name }, textOf(error), error);
    }
    if (typeof wrapped === "function") return wrapped as Run;
    throw new PluginError("INVALID_RETURN", { plugin, hook: name }, "returned no function");
  }
}
