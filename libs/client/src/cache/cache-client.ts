import { type ChannelCredentials, credentials as channelCredentials, Metadata } from "@grpc/grpc-js";
import { channelOptions, errorFromStatus } from "@weft/contracts";
import {
  CacheServiceClient,
  ClearRequest,
  type GetManyResult,
  type GetResponse,
  RemoveMatchingRequest,
  RemoveRequest,
  type SetRequest,
} from "@weft/contracts/cache";
import { Encoding } from "@weft/contracts/gateway";
import { type Clock, Code, computeOnce, type LeaseDesk, Reason, systemClock, WeftError } from "@weft/core";
import { createNearCache, type Fetched, type NearCacheLimits, type NearCacheStats } from "@weft/near-cache";
import { type UnaryOptions, unary } from "../unary.js";
import { type GetOutcome, joinGets } from "./join-gets.js";
import { type ComputeOptions, leaseDesk } from "./lease-desk.js";
import { openWatch } from "./open-watch.js";
import { type EntryTerms, setRequest } from "./set-request.js";
import { contentOf, type HeldEntry, heldEntry, ownValue } from "./value.js";

export interface CacheClientOptions {
  /** Whose entries are meant. Defaults to the default namespace. */
  readonly namespace?: string;
  /** TLS or plain text. Defaults to plain text, for loopback and development. */
  readonly credentials?: ChannelCredentials;
  /** The time a call may take when it does not say. Defaults to 5 s. */
  readonly timeoutMs?: number;
  /** Keeps copies of what is read in this process, as long as a watch says that they are true. Defaults to none. */
  readonly near?: NearOptions;
  /** Defaults to the system's. Deadlines of RPCs are the transport's business and pass it by. */
  readonly clock?: Clock;
}

export interface NearOptions extends NearCacheLimits {
  /** Copies are kept of entries whose keys begin with one of these, at most 100. Defaults to all. */
  readonly prefixes?: readonly string[];
}

export interface CacheCallOptions {
  readonly timeoutMs?: number;
  /** Ends the call as CANCELLED. */
  readonly signal?: AbortSignal;
}

export interface SetOptions extends EntryTerms, CacheCallOptions {
  /** What must hold, or nothing is stored. */
  readonly condition?: "absent" | "present" | { readonly version: number };
}

/** What became of a write. */
export interface Stored {
  /** False: the condition "absent" or "present" did not hold. */
  readonly stored: boolean;
  /** Of the entry that is there now; 0: none is. */
  readonly version: number;
}

export interface CacheEntry {
  readonly value: unknown;
  /** Higher for every write. */
  readonly version: number;
}

/**
 * The entries of one cache node, by its own port. Values are JSON data (objects without a prototype, integers beyond 2^53
 * as bigint) or bytes; they belong to the caller. Every failure is a WeftError.
 */
export interface CacheClient {
  /**
   * The value under a key; undefined: there is none. Gets of one turn of the event loop that ask the cache travel together.
   */
  get(key: string, options?: CacheCallOptions): Promise<unknown>;
  /** The value with its version, for a write that wants nobody's in between. */
  getEntry(key: string, options?: CacheCallOptions): Promise<CacheEntry | undefined>;
  /** The values under up to 1,000 keys, in their order. Fails if one of them does. */
  getMany(keys: readonly string[], options?: CacheCallOptions): Promise<unknown[]>;
  /** Stores JSON data, or bytes. Throws ABORTED VERSION_MISMATCH if the version is another one. */
  set(key: string, value: unknown, options?: SetOptions): Promise<Stored>;
  /**
   * The value under a key; where there is none, `compute` makes it, for one of all callers of the cache who want it at the
   * same time: the others wait for it, or take what is stale. Undefined is remembered too. What `compute` throws is its
   * caller's error alone. Where the cache is away each computes for himself.
   */
  getOrCompute<Value>(key: string, compute: () => Promise<Value> | Value, options?: ComputeOptions): Promise<Value>;
  /** Whether there was an entry. */
  remove(key: string, options?: CacheCallOptions): Promise<boolean>;
  /** Removes the entries under a prefix or with a tag and answers how many. */
  removeMatching(what: { prefix: string } | { tag: string }, options?: CacheCallOptions): Promise<number>;
  /** Removes all entries of the namespace and answers how many there were. */
  clear(options?: CacheCallOptions): Promise<number>;
  /** What the copies in this process have done so far. Without `near` every get is a miss. */
  readonly near: NearCacheStats;
  /** Takes no more calls and ends the watch; calls under way go on to their end. */
  close(): void;
}

// A fetch ends when nobody waits for it any more, each by a limit of his own. This is a bound for what that would miss.
const longestFetchMs = 86_400_000;

// What an entry takes beside its bytes.
const heldBytes = 100;

/** Connects to the cache at `address` (`host:port`), at the first call. */
export function createCacheClient(address: string, options: CacheClientOptions = {}): CacheClient {
  const { namespace = "", credentials = channelCredentials.createInsecure(), timeoutMs = 5_000 } = options;
  const { near: nearOptions, clock = systemClock } = options;
  const { prefixes = [] } = nearOptions ?? {};
  const cache = new CacheServiceClient(address, credentials, channelOptions);
  const rpc = {
    getMany: unary(cache.getMany.bind(cache)),
    set: unary(cache.set.bind(cache)),
    remove: unary(cache.remove.bind(cache)),
    removeMatching: unary(cache.removeMatching.bind(cache)),
    clear: unary(cache.clear.bind(cache)),
    lease: unary(cache.lease.bind(cache)),
    release: unary(cache.release.bind(cache)),
  };
  const near = createNearCache({ ...nearOptions, fetch, clock });
  const usualWait = { timeoutMs };
  let isWatching = false;
  let isClosed = false;

  function checkOpen(): void {
    if (isClosed) throw new WeftError(Code.FailedPrecondition, "cache client is closed");
  }

  function limits({ timeoutMs: limitMs = timeoutMs, signal }: CacheCallOptions = {}): UnaryOptions {
    checkOpen();
    return { metadata: new Metadata(), deadline: new Date(Date.now() + limitMs), signal };
  }

  const manyRequest = (keys: string[], withTtl: boolean) => ({
    keys,
    namespace,
    valueEncoding: Encoding.ENCODING_JSON,
    withTtl,
  });

  const joined = joinGets(async (keys, signal) => {
    const request = manyRequest([...keys], nearOptions !== undefined);
    const { results } = await rpc.getMany(request, limits({ timeoutMs: longestFetchMs, signal }));
    return keys.map((_, i) => outcomeOf(results[i]));
  });

  async function fetch(key: string, signal: AbortSignal): Promise<Fetched<HeldEntry>> {
    const response = await joined(key, signal);
    if (nearOptions === undefined) return { value: heldEntry(response), bytes: 0, keepMs: 0, watch };
    const { found, content, sliding, ttlLeftMs = Number.POSITIVE_INFINITY } = response;
    const keepMs = !found ? Number.POSITIVE_INFINITY : sliding ? 0 : ttlLeftMs;
    return { value: heldEntry(response), bytes: (content?.value.length ?? 0) + heldBytes, keepMs, watch };
  }

  /** The watch begins with the first read, as the connection does. */
  function held(key: string, call: CacheCallOptions | undefined): Promise<HeldEntry> {
    checkOpen();
    if (nearOptions !== undefined && !isWatching) {
      isWatching = true;
      near.follow(watch, openWatch(cache, namespace, prefixes));
    }
    // Not spread: Node 20 takes longer for that than for all else that a hit needs.
    return near.get(key, call ? { timeoutMs: call.timeoutMs ?? timeoutMs, signal: call.signal } : usualWait);
  }

  const set = (request: SetRequest, call?: CacheCallOptions) =>
    writing(
      () => rpc.set(request, limits(call)),
      () => near.forget(request.key ?? ""),
    );

  const isNear = (key: string) =>
    nearOptions !== undefined && (prefixes.length === 0 || prefixes.some((prefix) => key.startsWith(prefix)));

  /** A write makes the copy go even if it failed: it may have been done. */
  async function writing<Answer>(write: () => Promise<Answer>, forget: () => void): Promise<Answer> {
    try {
      return await write();
    } finally {
      forget();
    }
  }

  return {
    async get(key, call) {
      return ownValue(await held(key, call));
    },

    async getEntry(key, call) {
      const entry = await held(key, call);
      return entry.version === 0 ? undefined : { value: ownValue(entry), version: entry.version };
    },

    async getMany(keys, call) {
      const far = keys.filter((key) => !isNear(key));
      const asked = far.length === 0 ? { results: [] } : rpc.getMany(manyRequest(far, false), limits(call));
      const copies = Promise.all(keys.map((key) => (isNear(key) ? held(key, call) : undefined)));
      const [{ results }, nearby] = await Promise.all([asked, copies]);
      let next = 0;
      return nearby.map((entry) => ownValue(entry ?? heldEntry(responseIn(results[next++]))));
    },

    async set(key, value, options = {}) {
      const request = setRequest(key, namespace, options);
      request.content = contentOf(value);
      request.condition = conditionOf(options.condition);
      const { cached, entryVersion } = await set(request, options);
      return { stored: cached, version: entryVersion };
    },

    async getOrCompute<Value>(key: string, compute: () => Promise<Value> | Value, options: ComputeOptions = {}) {
      const { signal } = options;
      const found = await held(key, signal && { signal }).then(ownValue, () => undefined);
      if (found !== undefined) return found as Value; // for less than a lease costs
      const desk = leaseDesk(key, namespace, options, {
        lease: (request, timeoutMs) => rpc.lease(request, limits({ timeoutMs, ...(signal && { signal }) })),
        set: (request) => set(request),
        release: (request) => rpc.release(request, limits()),
      });
      return computeOnce(desk as LeaseDesk<Value>, compute, { takesStale: options.staleMs !== undefined });
    },

    async remove(key, call) {
      const request = RemoveRequest.fromPartial({ key, namespace });
      const { removed } = await writing(
        () => rpc.remove(request, limits(call)),
        () => near.forget(key),
      );
      return removed;
    },

    async removeMatching(what, call) {
      const request = RemoveMatchingRequest.fromPartial({ namespace });
      request.what = "prefix" in what ? { $case: "prefix", value: what.prefix } : { $case: "tag", value: what.tag };
      const { removedCount } = await writing(() => rpc.removeMatching(request, limits(call)), near.forgetAll);
      return removedCount;
    },

    async clear(call) {
      const request = ClearRequest.fromPartial({ namespace });
      const { previousSize } = await writing(() => rpc.clear(request, limits(call)), near.forgetAll);
      return previousSize;
    },

    get near() {
      return near.stats;
    },

    close() {
      isClosed = true;
      near.close();
      cache.close();
    },
  };
}

// The one watch of a cache client.
const watch = "cache";

function outcomeOf(result: GetManyResult | undefined): GetOutcome {
  if (result?.outcome?.$case === "response") return result.outcome.value;
  if (result?.outcome?.$case === "error") return errorFromStatus(result.outcome.value);
  return new WeftError(Code.Internal, "a key of a batch got no answer", { reason: Reason.Internal });
}

function responseIn(result: GetManyResult | undefined): GetResponse {
  const outcome = outcomeOf(result);
  if (outcome instanceof WeftError) throw outcome;
  return outcome;
}

function conditionOf(condition: SetOptions["condition"]): SetRequest["condition"] {
  if (condition === undefined) return undefined;
  if (condition === "absent") return { $case: "ifAbsent", value: true };
  if (condition === "present") return { $case: "ifPresent", value: true };
  return { $case: "ifVersion", value: condition.version };
}
