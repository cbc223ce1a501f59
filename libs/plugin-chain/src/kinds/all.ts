import { generate, type Run } from "../generate.js";
import { type Implementer, isPromise } from "../implementer.js";
import { PluginError } from "../plugin-error.js";

/** Asks everyone, from the top down, until somebody disagrees. Synchronous as long as the answers are. */
export function compileAll(name: string, arity: number, implementers: readonly Implementer[]): Run {
  function agrees(returned: unknown, at: number): boolean {
    if (typeof returned === "boolean") return returned;
    const plugin = implementers[at]?.plugin ?? "";
    throw new PluginError("INVALID_RETURN", { plugin, hook: name }, "returned neither true nor false");
  }

  /** Goes on after implementer `from` has returned. */
  function proceed(first: unknown, from: number, args: readonly unknown[]): boolean | Promise<boolean> {
    let returned = first;
    for (let at = from; ; returned = implementers[at]?.run(...args)) {
      if (isPromise(returned)) return finish(returned, at, args);
      if (!agrees(returned, at)) return false;
      at += 1;
      if (at >= implementers.length) return true;
    }
  }

  async function finish(pending: PromiseLike<unknown>, from: number, args: readonly unknown[]): Promise<boolean> {
    let returned: unknown = pending;
    for (let at = from; ; returned = implementers[at]?.run(...args)) {
      if (isPromise(returned)) returned = await returned;
      if (!agrees(returned, at)) return false;
      at += 1;
      if (at >= implementers.length) return true;
    }
  }

  return generate({
    name,
    arity,
    implementers,
    scope: { proceed },
    each: (index, args) => `r = f${index}(${args}); if (r !== true) return proceed(r, ${index}, [${args}]);`,
    end: "return true;",
    otherwise: (...args) => proceed(true, -1, args),
  });
}
