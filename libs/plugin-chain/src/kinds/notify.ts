import { type Implementer, isPromise } from "../implementer.js";

/** Where the failures of notified plugins go. */
export type OnError = (error: unknown, at: { readonly plugin: string; readonly callback: string }) => void;

/** Tells everyone, from the top down. A failure goes to `onError`; nobody waits for what is pending. */
export function compileNotify(name: string, implementers: readonly Implementer[], onError: OnError) {
  return (...args: readonly unknown[]): void => {
    for (const { plugin, run } of implementers) {
      const failed = (error: unknown) => onError(error, { plugin, callback: name });
      try {
        const returned = run(...args);
        if (isPromise(returned)) returned.then(undefined, failed);
      } catch (error) {
        failed(error);
      }
    }
  };
}
