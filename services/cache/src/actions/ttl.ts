/** The longest time to live, some 285,000 years; whoever asks for more gets this. */
export const longestMs = Number.MAX_SAFE_INTEGER;

/** A time to live of whole seconds, in milliseconds. */
export function ttlMsOf(seconds: number): number {
  return Math.min(seconds * 1_000, longestMs);
}
