import { InvalidReturn, UnhandledCallback } from "../call-error.js";
import type { Callback } from "../callback.js";
import type { Implementer } from "../implementer.js";

type AroundDeclaration = Callback<"around", unknown, unknown> & { readonly fallback: unknown };

/** Wraps from the bottom up, once: a call costs what the wrappers cost. */
export function compileAround(name: string, { fallback }: AroundDeclaration, implementers: readonly Implementer[]) {
  const bottom = () => {
    throw new UnhandledCallback(name);
  };
  return implementers.reduceRight(
    (next, { plugin, run }) => {
      const wrapped = run(next);
      if (typeof wrapped !== "function") throw new InvalidReturn(plugin, name, "no function");
      return wrapped as Implementer["run"];
    },
    (fallback ?? bottom) as Implementer["run"],
  );
}
