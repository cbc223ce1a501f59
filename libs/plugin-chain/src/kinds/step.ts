import { InvalidReturn, UnhandledCallback } from "../call-error.js";
import type { Callback } from "../callback.js";
import { cont, continuedArgs } from "../cont.js";
import { type Implementer, isPromise } from "../implementer.js";

type StepDeclaration = Callback<"step", unknown, unknown> & {
  readonly fallback: { readonly answer: unknown } | undefined;
};

/** Asks from the top down until somebody answers. Allocates a promise from the first pending step on, never before. */
export function compileStep(name: string, { arity, fallback }: StepDeclaration, implementers: readonly Implementer[]) {
  function unanswered(): unknown {
    if (fallback === undefined) throw new UnhandledCallback(name);
    return fallback.answer;
  }

  /** The arguments for the next step; undefined if `returned` is the answer. */
  function following(returned: unknown, args: readonly unknown[], at: number): readonly unknown[] | undefined {
    if (returned === cont) return args;
    const others = continuedArgs(returned);
    if (others === undefined || others.length === arity) return others;
    const detail = `cont with ${others.length} arguments instead of ${arity}`;
    throw new InvalidReturn(implementers[at]?.plugin ?? "", name, detail);
  }

  function run(from: number, given: readonly unknown[]): unknown {
    let args = given;
    for (let at = from; at < implementers.length; at++) {
      const returned = implementers[at]?.run(...args);
      if (isPromise(returned)) return resume(returned, at, args);
      const others = following(returned, args, at);
      if (others === undefined) return returned;
      args = others;
    }
    return unanswered();
  }

  async function resume(pending: PromiseLike<unknown>, at: number, args: readonly unknown[]): Promise<unknown> {
    const returned = await pending;
    const others = following(returned, args, at);
    return others === undefined ? returned : run(at + 1, others);
  }

  return (...args: readonly unknown[]): unknown => run(0, args);
}
