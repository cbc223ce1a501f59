import { randomUUID } from "node:crypto";
import type { PlainObject } from "@weft/contracts";
import type { Clock, Logger } from "@weft/core";
import type { InternalCall } from "../../internal-call.js";
import { meshNamespaces } from "../../mesh-namespaces.js";
import type { AsyncOutcome, AsyncResult } from "./pending-outcome.js";
import { fromStored, isStoredOutcome, lost, type StoredOutcome, toStored } from "./stored-outcome.js";

// A caller waits for it before his call is accepted.
const beginLimitMs = 500;
const readLimitMs = 2_000;
// Nobody waits for an outcome to be stored, so a large one may take its time on a busy machine.
const finishLimitMs = 5_000;

/** How long a call counts as alive of which nothing is heard. */
export const silenceMs = 30_000;

/** What becomes of async calls, where every gateway finds it. */
export interface OutcomeStore {
  /** Says that a call is under way. False: a call of that key is so already, in another process. */
  begin(key: string): Promise<boolean>;
  /** Says that it still is: to be repeated more often than every `silenceMs`. */
  renew(key: string): Promise<void>;
  /** False: the outcome could not be stored. */
  finish(key: string, outcome: AsyncOutcome): Promise<boolean>;
  /** For a call that was not accepted after all. */
  abandon(key: string): Promise<void>;
  /** Undefined: nothing is known. Throws what the cache fails with. */
  read(key: string): Promise<AsyncResult | undefined>;
}

export interface OutcomeStoreOptions {
  readonly callInternally: (call: InternalCall) => Promise<unknown>;
  /** Whether there is a cache service at all. */
  readonly hasCache: () => boolean;
  readonly keepMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Outcomes in the cache service, by its public functions. */
export function createOutcomeStore(options: OutcomeStoreOptions): OutcomeStore {
  const { hasCache, keepMs, clock, logger } = options;
  let isDown = false;

  const ask = (functionName: string, args: PlainObject, timeoutMs: number) =>
    options.callInternally({
      service: "cache",
      functionName,
      args: { namespace: meshNamespaces.outcomes, ...args },
      timeoutMs,
    });

  /** Undefined if there is no cache, or none that answers. Says so once. */
  async function write(functionName: string, args: PlainObject, timeoutMs: number): Promise<unknown> {
    try {
      const answer = await ask(functionName, args, timeoutMs);
      if (isDown) logger.info({}, "the cache takes outcomes of async calls again: every gateway knows them");
      isDown = false;
      return answer;
    } catch (error) {
      if (!isDown)
        logger.warn({ err: error }, "the cache does not take outcomes of async calls: they stay in this gateway");
      isDown = true;
      return undefined;
    }
  }

  const set = (key: string, value: StoredOutcome | string, timeoutMs: number, terms: PlainObject = {}) =>
    write("set", { key, value, ttl_ms: keepMs, ...terms }, timeoutMs);

  // However short outcomes are kept: a call that nobody finds would be unknown, and its request id free.
  const pendingMs = silenceMs + keepMs;

  function setPending(key: string, by: string, timeoutMs: number, terms: PlainObject = {}): Promise<unknown> {
    const nowMs = clock.wallTime();
    const times = { alive_until: nowMs + silenceMs, expires_at: nowMs + pendingMs };
    return set(key, { state: "pending", by, ...times }, timeoutMs, { ttl_ms: pendingMs, ...terms });
  }

  async function valueAt(key: string): Promise<unknown> {
    return ((await ask("get", { key }, readLimitMs)) as { readonly value?: unknown }).value;
  }

  async function read(key: string): Promise<AsyncResult | undefined> {
    if (!hasCache()) return undefined;
    const stored = await valueAt(key);
    if (!isStoredOutcome(stored)) return undefined;
    if (stored.state === "pending") return stored.alive_until > clock.wallTime() ? "pending" : lost(stored.expires_at);
    const count = stored.state === "done" ? stored.more_pieces : 0;
    const more = await Promise.all(Array.from({ length: count }, (_, index) => valueAt(pieceKey(key, index))));
    return more.every((piece) => typeof piece === "string") ? fromStored(stored, more) : undefined; // some were evicted
  }

  return {
    async begin(key) {
      const by = randomUUID();
      const answer = await setPending(key, by, beginLimitMs, { if_absent: true });
      if (answer === undefined || (answer as { readonly cached?: unknown }).cached === true) return true;
      const known = await valueAt(key).catch(() => undefined);
      if (isPending(known) && known.by === by) return true; // the answer was lost, and the question asked again
      if (isPending(known) && known.alive_until > clock.wallTime()) return false;
      await setPending(key, by, beginLimitMs);
      return true;
    },
    async renew(key) {
      await setPending(key, "", finishLimitMs);
    },
    async finish(key, outcome) {
      const [stored, ...more] = toStored(outcome);
      for (const [index, piece] of more.entries())
        if ((await set(pieceKey(key, index), piece, finishLimitMs)) === undefined) return false;
      return (await set(key, stored, finishLimitMs)) !== undefined;
    },
    async abandon(key) {
      await write("remove", { key }, beginLimitMs);
    },
    read,
  };
}

function isPending(value: unknown): value is Extract<StoredOutcome, { state: "pending" }> {
  return isStoredOutcome(value) && value.state === "pending";
}

function pieceKey(key: string, index: number): string {
  return `${key}/${index + 1}`;
}
