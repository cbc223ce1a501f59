/** The answer, or the signal's reason if the call ends before: a handler that does not look at its signal holds up nobody. */
export function untilCut<Response>(answer: Promise<Response>, signal: AbortSignal): Promise<Response> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    answer.then(resolve, reject);
  });
}
