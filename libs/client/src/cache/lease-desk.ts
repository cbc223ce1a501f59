import { LeaseRequest, type LeaseResponse, ReleaseRequest, type SetRequest } from "@weft/contracts/cache";
import { Encoding } from "@weft/contracts/gateway";
import type { LeaseDesk } from "@weft/core";
import { type EntryTerms, setRequest } from "./set-request.js";
import { contentOf, ownValue } from "./value.js";

/** What somebody says of a value that is computed where there is none. */
export interface ComputeOptions extends EntryTerms {
  /** How long beyond its life the value is given to those who would wait for a new one. Without it they wait. */
  readonly staleMs?: number;
  /** How long the others leave the computation to one: if he is not done then, the next one begins. Defaults to 10,000. */
  readonly leaseMs?: number;
  /** How long to wait while somebody else computes. Defaults to 30,000. */
  readonly timeoutMs?: number;
  /** Ends the wait as CANCELLED. */
  readonly signal?: AbortSignal;
}

/** The ways to the cache, each bounded in time. */
export interface LeaseRpcs {
  lease(request: LeaseRequest, timeoutMs: number): Promise<LeaseResponse>;
  set(request: SetRequest): Promise<unknown>;
  release(request: ReleaseRequest): Promise<unknown>;
}

// The cache lets nobody wait longer at once.
const mostWaitMs = 30_000;

/** The leases of one key. */
export function leaseDesk(
  key: string,
  namespace: string,
  options: ComputeOptions,
  rpcs: LeaseRpcs,
): LeaseDesk<unknown> {
  const { leaseMs, staleMs, timeoutMs = mostWaitMs } = options;
  const endsAt = Date.now() + timeoutMs; // what deadlines of RPCs go by
  return {
    async ask(mayWait) {
      const leftMs = Math.max(1, endsAt - Date.now());
      const waitMs = mayWait ? Math.min(leftMs, mostWaitMs) : 0;
      const request = LeaseRequest.fromPartial({ key, namespace, waitMs, valueEncoding: Encoding.ENCODING_JSON });
      request.leaseMs = leaseMs;
      const { outcome, stale } = await rpcs.lease(request, leftMs);
      if (outcome?.$case === "granted") return { state: "granted", token: outcome.value.token };
      if (outcome?.$case === "taken") return { state: "taken", stale: stale && { value: ownValue(stale) } };
      const held = outcome?.value.value;
      return { state: "hit", value: held && ownValue(held) };
    },
    store(value, token) {
      const request = setRequest(key, namespace, options);
      if (value === undefined) request.knownAbsent = true;
      else request.content = contentOf(value);
      request.leaseToken = token;
      request.staleMs = staleMs;
      return rpcs.set(request);
    },
    release: (token) => rpcs.release(ReleaseRequest.fromPartial({ key, namespace, token })),
  };
}
