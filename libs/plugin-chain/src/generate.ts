import type { Implementer } from "./implementer.js";
import { UnhandledCallback } from "./unhandled-callback.js";

export type Run = Implementer["run"];

export interface GeneratedSource {
  readonly name: string;
  readonly arity: number;
  readonly implementers: readonly Implementer[];
  /** What the code may use beside `f0`, `f1`, … (the implementers). */
  readonly scope: Readonly<Record<string, unknown>>;
  /** Code that stands once, before the function; `args` is the list of arguments. */
  readonly prelude?: (args: string) => string;
  /** The code for one implementer; `args` is the list of arguments. */
  each(index: number, args: string): string;
  /** What comes after the last one. */
  readonly end: string;
  /** The same by closures, for processes that forbid code from strings. */
  readonly otherwise: Run;
}

let generatedCount = 0;

/**
 * One straight-line function for a callback; it refuses a wrong number of arguments before anybody is asked.
 *
 * Why code from strings: six chains of 8 synchronous steps, called in turn from one place (Node 20, 2 cores), cost 18 ns
 * a call as generated code, 90 as unrolled closures, 120 to 180 as a loop; nested by hand 9 to 13. Closures of one source
 * share their type feedback, so with a second chain nothing is inlined any more. No text of a plugin gets into the code.
 */
export function generate(source: GeneratedSource): Run {
  const { name, arity, implementers, scope, prelude, each, end, otherwise } = source;
  const refuse = (given: number) => {
    throw new UnhandledCallback(name, `arguments expected: ${arity}, given: ${given}`);
  };
  if (!mayGenerate()) return (...args) => (args.length === arity ? otherwise(...args) : refuse(args.length));

  const args = Array.from({ length: arity }, (_, index) => `a${index}`).join(", ");
  const names = implementers.map((_, index) => `f${index}`);
  generatedCount += 1;
  const code = `"use strict";
const [${names.join(", ")}] = functions;
const { ${Object.keys(scope).join(", ")} } = scope;
${prelude?.(args) ?? ""}
return function (${args}) {
  if (arguments.length !== ${arity}) refuse(arguments.length);
  let r;
${names.map((_, index) => `  ${each(index, args)}`).join("\n")}
  ${end}
};
//# sourceURL=weft-chain-${generatedCount}`; // also keeps engines from sharing feedback between equal sources
  const build = new Function("functions", "scope", "refuse", code);
  return build(
    implementers.map(({ run }) => run),
    scope,
    refuse,
  ) as Run;
}

/** False under `--disallow-code-generation-from-strings` and the like. */
export function mayGenerate(): boolean {
  try {
    return new Function("return true")() === true;
  } catch {
    return false; // The closures do the same, more slowly.
  }
}
