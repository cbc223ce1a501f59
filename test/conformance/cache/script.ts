import type { ActionName } from "@weft/cache";
import type { Code, Reason } from "@weft/core";

/** A request at any door: the notation of the reference page, as data. */
export interface Call {
  readonly action: ActionName;
  readonly args: Readonly<Record<string, unknown>>;
}

/** What the answer to a call must be. */
export type Check =
  | { readonly kind: "is"; readonly reply: object }
  | { readonly kind: "has"; readonly part: object }
  | { readonly kind: "lists"; readonly keys: readonly string[] }
  | { readonly kind: "refused"; readonly text: string | undefined }
  | { readonly kind: "fails"; readonly error: object };

/** A call that must succeed, a call with its check, or time that passes. */
export type Step = Call | readonly [Call, Check] | { readonly waitMs: number };

export interface Case {
  readonly id: string;
  readonly title: string;
  /** Defaults to 1,000. */
  readonly capacity?: number;
  /** Milliseconds; without it entries live for ever. */
  readonly defaultTtlMs?: number;
  /** Bytes; without it an entry may have any. */
  readonly maxEntryBytes?: number;
  /** Nothing goes to make room. Defaults to false. */
  readonly refuses?: boolean;
  /** There is this one beside the default one. */
  readonly namespace?: string;
  readonly steps: readonly Step[];
}

const keyed = (action: ActionName) => (key?: unknown) => ({ action, args: key === undefined ? {} : { key } });
const plain =
  (action: ActionName) =>
  (args: object = {}) => ({ action, args: { ...args } });

export const S = (key: unknown, value: unknown, ttl?: unknown): Call => ({
  action: "set",
  args: { key, value, ...(ttl !== undefined && { ttl }) },
});
export const G: (key?: unknown) => Call = keyed("get");
export const R: (key?: unknown) => Call = keyed("remove");
export const E: (key?: unknown) => Call = keyed("exists");
export const L: (args?: object) => Call = plain("list");
export const C: (args?: object) => Call = plain("clear");
export const U: (args?: object) => Call = plain("cleanup");
export const T: (args?: object) => Call = plain("stats");

export const wait = (seconds: number): Step => ({ waitMs: Math.round(seconds * 1_000) });

/** The whole reply. */
export const is = (reply: object): Check => ({ kind: "is", reply });
/** Some of its fields. */
export const has = (part: object): Check => ({ kind: "has", part });
/** A reply to stats, some of its numbers. */
export const counts = (part: object): Check => has({ stats: part });
/** A list of all these keys in this order, and no more. */
export const lists = (...keys: string[]): Check => ({ kind: "lists", keys });
/** INVALID_ARGUMENT, with this text if the reference page gives one. */
export const refused = (text?: string): Check => ({ kind: "refused", text });
/** An error with another code or reason. */
export const fails = (code: Code, reason: Reason): Check => ({ kind: "fails", error: { code, reason } });
/** Any action beyond those with a letter. */
export const A = (action: ActionName, args: object): Call => ({ action, args: { ...args } });
/** A get or exists that found nothing, and one that did. */
export const miss: Check = has({ success: true, found: false });
export const hit = (value: unknown): Check => has({ success: true, found: true, value });
