/** Limits of a near cache. */
export interface NearCacheLimits {
  /** Most copies. Defaults to 10,000. */
  readonly maxEntries?: number | undefined;
  /** Most bytes of keys, values and overhead, as they are accounted. Defaults to 32 MiB. */
  readonly maxBytes?: number | undefined;
  /** A copy lives no longer, whatever its entry does. Defaults to 60,000, so that no mistake stays for long. */
  readonly maxAgeMs?: number | undefined;
  /** A watch that says nothing for so long counts as dead. Defaults to 30,000: three signs of life of a cache. */
  readonly silenceMs?: number | undefined;
  /** Copies do not outlast a longer cut of the watch, even if it goes on where it stood. Defaults to 60,000. */
  readonly resumeWithinMs?: number | undefined;
}

/** The limits with their defaults. Throws a RangeError for one that is not positive. */
export function nearCacheLimits({
  maxEntries = 10_000,
  maxBytes = 33_554_432,
  maxAgeMs = 60_000,
  silenceMs = 30_000,
  resumeWithinMs = 60_000,
}: NearCacheLimits) {
  const limits = { maxEntries, maxBytes, maxAgeMs, silenceMs, resumeWithinMs };
  for (const [name, value] of Object.entries(limits))
    if (!(value > 0)) throw new RangeError(`${name} must be more than 0, got ${value}`);
  return limits;
}
