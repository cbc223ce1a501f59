/** The lifetime of an entry, as the cache's functions take it. Infinity: for ever; undefined: what the namespace says. */
export function lifeOf(ttlMs: number | undefined): { readonly no_expiry?: true; readonly ttl_ms?: number } {
  if (ttlMs === undefined) return {};
  return ttlMs === Number.POSITIVE_INFINITY ? { no_expiry: true } : { ttl_ms: ttlMs };
}
