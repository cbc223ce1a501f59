import { InvalidReturn } from "../call-error.js";
import { type Implementer, isPromise } from "../implementer.js";

/** Asks everyone, from the top down, until somebody disagrees. Synchronous as long as the answers are. */
export function compileAll(name: string, implementers: readonly Implementer[]) {
  function agrees(returned: unknown, at: number): boolean {
    if (typeof returned === "boolean") return returned;
    throw new InvalidReturn(implementers[at]?.plugin ?? "", name, "neither true nor false");
  }

  function run(from: number, args: readonly unknown[]): boolean | Promise<boolean> {
    for (let at = from; at < implementers.length; at++) {
      const returned = implementers[at]?.run(...args);
      if (isPromise(returned)) return resume(returned, at, args);
      if (!agrees(returned, at)) return false;
    }
    return true;
  }

  async function resume(pending: PromiseLike<unknown>, at: number, args: readonly unknown[]): Promise<boolean> {
    return agrees(await pending, at) && run(at + 1, args);
  }

  return (...args: readonly unknown[]): boolean | Promise<boolean> => run(0, args);
}
