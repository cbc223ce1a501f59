/**
 * How long tests wait for what must come about. It matters in failure alone, so a busy machine decides it, not the
 * time that things take; below jest's own limit, which does not say what was waited for.
 */
export const patienceMs = 30_000;

/** The promise, or a failure that says what did not come about in time: no test waits for ever. */
export function within<T>(promise: Promise<T>, what: string, limitMs = patienceMs): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${what} took more than ${limitMs} ms`)), limitMs);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** Waits until `condition` holds, looking every 10 ms. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  limitMs = patienceMs,
): Promise<void> {
  const endMs = performance.now() + limitMs;
  while (!(await condition())) {
    if (performance.now() > endMs) throw new Error(`not so within ${limitMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
