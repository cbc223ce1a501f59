import { SetRequest } from "@weft/contracts/cache";

/** What a write says of an entry. */
export interface EntryTerms {
  /** How long the entry lives; Infinity: for ever. Defaults to what the namespace says. */
  readonly ttlMs?: number | undefined;
  /** The entry expires earlier if nobody gets it for so long. Such an entry is not kept near. */
  readonly idleMs?: number | undefined;
  /** Names under which `removeMatching` finds the entry. */
  readonly tags?: readonly string[] | undefined;
}

/** A write that is still to say what it stores. */
export function setRequest(key: string, namespace: string, terms: EntryTerms): SetRequest {
  const { ttlMs, idleMs, tags = [] } = terms;
  const request = SetRequest.fromPartial({ key, namespace, tags: [...tags] });
  if (ttlMs === Number.POSITIVE_INFINITY) request.noExpiry = true;
  else request.ttlMs = ttlMs;
  request.idleMs = idleMs;
  return request;
}
