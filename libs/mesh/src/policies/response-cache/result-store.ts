import { decodeResult } from "@weft/contracts";
import type { Clock, Logger } from "@weft/core";
import type { Fetched } from "@weft/near-cache";
import type { Catalogue } from "../../catalogue/catalogue.js";
import { type Execute, internalResults } from "../../internal-call.js";
import { meshNamespaces } from "../../mesh-namespaces.js";
import type { CallResult } from "../../pipeline.js";
import type { NearResults } from "./near-results.js";

// A cache that takes longer is no help: calls would wait for it on top of their own work.
const getLimitMs = 200;

// Nobody waits for a result to be kept, so a large one may take its time on a busy machine.
const setLimitMs = 5_000;

// A larger result is not worth the room: it goes through the cache's own limit of a request, with every quote escaped.
const maxResultBytes = 256 * 1_024;

export interface KeptResult {
  readonly result: CallResult;
  /** In wall time. */
  readonly freshUntil: number;
}

export interface NewResult extends KeptResult {
  /** How long it may be given at all, from now on. */
  readonly lifeMs: number;
}

/**
 * Results in the cache service, which is reached by the rest of a call's own chain. Whatever is wrong with it is not the
 * caller's trouble: then nothing is found or kept.
 */
export interface ResultStore {
  get(key: string, execute: Execute): Promise<KeptResult | undefined>;
  set(key: string, result: NewResult, execute: Execute): Promise<void>;
}

export interface ResultStoreOptions {
  readonly catalogue: Catalogue;
  /** Copies in this process. Absent: the cache is asked each time. */
  readonly near?: NearResults | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Uses the functions of the service `cache`, in the namespace of the mesh. */
export function createResultStore(options: ResultStoreOptions): ResultStore {
  const { catalogue, near, clock, logger } = options;
  const callInternally = internalResults(catalogue, clock);
  let isDown = false;

  /** The answer; undefined if there is no cache, or none that answers. Says so once. */
  async function ask(
    functionName: string,
    args: Readonly<Record<string, unknown>>,
    timeoutMs: number,
    execute: Execute,
  ): Promise<CallResult | undefined> {
    if (catalogue.find("cache", functionName, "") === undefined) return undefined;
    try {
      const call = { service: "cache", functionName, args: { ...args, namespace: meshNamespaces.results }, timeoutMs };
      const answer = await callInternally(call, execute);
      if (isDown) logger.info({}, "the cache answers again: results are kept");
      isDown = false;
      return answer;
    } catch (error) {
      if (!isDown) logger.warn({ err: error }, "the cache does not answer: functions are called instead");
      isDown = true;
      return undefined;
    }
  }

  async function fetch(key: string, execute: Execute): Promise<Fetched<KeptResult | undefined>> {
    const answer = await ask("get", { key, with_ttl: true }, getLimitMs, execute);
    if (answer === undefined) return { value: undefined, bytes: 0, keepMs: 0, watch: "" };
    const found = decodeResult(answer.json) as FoundForm;
    const kept = isKept(found.value) ? keptResult(found.value) : undefined;
    return { value: kept, bytes: kept?.result.json.length ?? 0, keepMs: keepMsOf(found), watch: answer.node };
  }

  return {
    async get(key, execute) {
      try {
        if (near === undefined) return (await fetch(key, execute)).value;
        return await near.get(key, (asked) => fetch(asked, execute), catalogue);
      } catch (error) {
        logger.warn({ err: error, key }, "a kept result cannot be read");
        return undefined;
      }
    },
    async set(key, { result: { json, node }, freshUntil, lifeMs }, execute) {
      if (json.length > maxResultBytes) return;
      const value = { json: Buffer.from(json).toString(), fresh_until: freshUntil, node };
      await ask("set", { key, value, ttl: Math.ceil(lifeMs / 1_000) }, setLimitMs, execute);
      near?.forget(key);
    },
  };
}

interface StoredForm {
  readonly json: string;
  readonly fresh_until: number;
  readonly node: string;
}

/** The cache's answer to a get. */
interface FoundForm {
  readonly found?: unknown;
  readonly value?: unknown;
  readonly ttl_left_ms?: unknown;
  readonly sliding?: unknown;
}

/** How long a copy may stand for what was found. What a cache does not tell is no time at all. */
function keepMsOf({ found, ttl_left_ms: leftMs, sliding }: FoundForm): number {
  if (found === false) return Number.POSITIVE_INFINITY;
  return sliding === false && typeof leftMs === "number" ? leftMs : 0;
}

function keptResult({ json, fresh_until: freshUntil, node }: StoredForm): KeptResult {
  return { result: { json: Buffer.from(json), node }, freshUntil };
}

/** What lies in a cache may be anybody's. */
function isKept(value: unknown): value is StoredForm {
  if (typeof value !== "object" || value === null) return false;
  const { json, fresh_until, node } = value as Partial<StoredForm>;
  return typeof json === "string" && typeof fresh_until === "number" && typeof node === "string";
}
