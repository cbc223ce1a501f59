import type { Callback } from "../callback.js";
import { cont, continuedArgs } from "../cont.js";
import { generate, type Run } from "../generate.js";
import { type Implementer, isPromise } from "../implementer.js";
import { PluginError } from "../plugin-error.js";
import { UnhandledCallback } from "../unhandled-callback.js";

type StepDeclaration = Callback<"step", unknown, unknown> & {
  readonly fallback: { readonly answer: unknown } | undefined;
};

/** Asks from the top down until somebody answers. Allocates a promise from the first pending step on, never before. */
export function compileStep(name: string, declaration: StepDeclaration, implementers: readonly Implementer[]): Run {
  const { arity, fallback } = declaration;

  function unanswered(): unknown {
    if (fallback === undefined) throw new UnhandledCallback(name);
    return fallback.answer;
  }

  /** The arguments for the next step; undefined if `returned` is the answer. */
  function following(returned: unknown, args: readonly unknown[], at: number): readonly unknown[] | undefined {
    if (returned === cont) return args;
    const others = continuedArgs(returned);
    if (others === undefined || others.length === arity) return others;
    const detail = `continued with another number of arguments: ${others.length}, not ${arity}`;
    throw new PluginError("INVALID_RETURN", { plugin: implementers[at]?.plugin ?? "", hook: name }, detail);
  }

  /** Goes on after implementer `from` has returned. */
  function proceed(first: unknown, from: number, given: readonly unknown[]): unknown {
    let returned = first;
    let args = given;
    for (let at = from; ; returned = implementers[at]?.run(...args)) {
      if (isPromise(returned)) return finish(returned, at, args);
      const others = following(returned, args, at);
      if (others === undefined) return returned;
      args = others;
      at += 1;
      if (at >= implementers.length) return unanswered();
    }
  }

  async function finish(pending: PromiseLike<unknown>, from: number, given: readonly unknown[]): Promise<unknown> {
    let returned: unknown = pending;
    let args = given;
    for (let at = from; ; returned = implementers[at]?.run(...args)) {
      if (isPromise(returned)) returned = await returned;
      const others = following(returned, args, at);
      if (others === undefined) return returned;
      args = others;
      at += 1;
      if (at >= implementers.length) return unanswered();
    }
  }

  return generate({
    name,
    arity,
    implementers,
    scope: { cont, isAnswer, proceed, unanswered },
    // Kept out of the straight line, whose steps then are small enough to be inlined, all of them.
    prelude: (args) => `const ended = (r, at, ${args}) => isAnswer(r) ? r : proceed(r, at, [${args}]);`,
    each: (index, args) => `r = f${index}(${args}); if (r !== cont) return ended(r, ${index}, ${args});`,
    end: "return unanswered();",
    otherwise: (...args) => proceed(cont, -1, args),
  });
}

/** True if a step's return needs no second look. */
function isAnswer(returned: unknown): boolean {
  return typeof returned !== "object" || (!isPromise(returned) && continuedArgs(returned) === undefined);
}
