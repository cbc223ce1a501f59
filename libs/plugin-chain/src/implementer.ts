/** One plugin's part in a callback. */
export interface Implementer {
  readonly plugin: string;
  readonly run: (...args: readonly unknown[]) => unknown;
}

/** True for anything that can be awaited, also from another realm. */
export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}
