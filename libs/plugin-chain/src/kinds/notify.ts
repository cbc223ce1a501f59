import { generate, type Run } from "../generate.js";
import { type Implementer, isPromise } from "../implementer.js";

/** Where the failures of notified plugins go. */
export type OnError = (error: unknown, at: { readonly plugin: string; readonly callback: string }) => void;

/** Tells everyone, from the top down. A failure goes to `onError`; nobody waits for what is pending. */
export function compileNotify(
  name: string,
  arity: number,
  implementers: readonly Implementer[],
  onError: OnError,
): Run {
  const failed = (error: unknown, at: number) =>
    onError(error, { plugin: implementers[at]?.plugin ?? "", callback: name });
  const watch = (returned: unknown, at: number) => {
    if (isPromise(returned)) returned.then(undefined, (error) => failed(error, at));
  };

  return generate({
    name,
    arity,
    implementers,
    scope: { failed, watch },
    each: (index, args) =>
      `try { r = f${index}(${args}); if (r !== undefined) watch(r, ${index}); } catch (error) { failed(error, ${index}); }`,
    end: "return;",
    otherwise(...args) {
      for (const [at, { run }] of implementers.entries()) {
        try {
          watch(run(...args), at);
        } catch (error) {
          failed(error, at);
        }
      }
    },
  });
}
