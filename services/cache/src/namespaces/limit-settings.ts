import { z } from "zod";
import { largestCapacity } from "../engine/memory-store-options.js";

// An environment variable is text, and a whole number there has digits only: "2.0" and "1e3" are refused like "abc".
export const wholeNumberIn = (text: string) => (/^-?\d+$/.test(text) ? Number(text) : text);

/** A number above zero that JSON has as a number. What is no whole number is told apart from what is too small. */
const countAboveZero = (invalid: string, tooSmall: string) =>
  z
    .number(invalid)
    .refine(Number.isInteger, { error: invalid, abort: true })
    .refine((count) => count > 0, tooSmall);

const bytes = (name: string) =>
  countAboveZero(`Invalid ${name} value`, `${name} must be a positive number`).refine(
    Number.isSafeInteger,
    `${name} must be at most ${Number.MAX_SAFE_INTEGER}`,
  );

/** What a namespace may hold, and for how long. The settings of the process are those of the default one. */
export const limitSettings = z.object({
  capacity: countAboveZero("Invalid capacity value", "Capacity must be a positive number")
    .refine((capacity) => capacity <= largestCapacity, `Capacity must be at most ${largestCapacity}`)
    .default(1_000)
    .meta({
      env: "WEFT_CACHE_CAPACITY",
      description: `Most entries to hold, up to ${largestCapacity}. Takes memory only for entries that are there.`,
      fromEnv: wholeNumberIn,
    }),
  default_ttl: countAboveZero("Invalid default_ttl value", "Default TTL must be a positive number").optional().meta({
    env: "WEFT_CACHE_DEFAULT_TTL",
    description: "Whole seconds that an entry lives whose writer does not say. Without it such an entry never expires.",
    fromEnv: wholeNumberIn,
  }),
  max_bytes: bytes("max_bytes").optional().meta({
    env: "WEFT_CACHE_MAX_BYTES",
    description:
      "Most bytes of all entries: keys, values and what each takes beside them. Without it only entries count.",
    fromEnv: wholeNumberIn,
  }),
  max_entry_bytes: bytes("max_entry_bytes").optional().meta({
    env: "WEFT_CACHE_MAX_ENTRY_BYTES",
    description: "Most bytes of one entry; larger ones are refused. Without it as many as all may have.",
    fromEnv: wholeNumberIn,
  }),
  max_key_bytes: bytes("max_key_bytes").optional().meta({
    env: "WEFT_CACHE_MAX_KEY_BYTES",
    description: "Most bytes of a key. Without it as many as an entry may have.",
    fromEnv: wholeNumberIn,
  }),
  eviction: z.enum(["lru", "sieve", "w-tinylfu", "none"]).default("lru").meta({
    env: "WEFT_CACHE_EVICTION",
    description:
      "Which entry goes when there is no room: lru, the least recent; sieve or w-tinylfu, which scans do not mislead; none: writes are refused.",
  }),
  evictable: z.enum(["all", "expiring"]).default("all").meta({
    env: "WEFT_CACHE_EVICTABLE",
    description:
      "Which entries may go so: all, or expiring, those alone that have a time to live; where none of them is left, writes are refused.",
  }),
});
export type LimitSettings = z.infer<typeof limitSettings>;
