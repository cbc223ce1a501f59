import { isAborted, onAbort } from "@weft/mesh";

/** The answer, or the reason of `abort` if the call ends before: a handler that does not look at its signal holds up nobody. */
export function untilCut<Response>(answer: Promise<Response>, abort: AbortController): Promise<Response> {
  return new Promise((resolve, reject) => {
    if (isAborted(abort)) reject(abort.signal.reason);
    else onAbort(abort, () => reject(abort.signal.reason));
    answer.then(resolve, reject);
  });
}
