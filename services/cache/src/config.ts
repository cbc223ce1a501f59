import { publicListen, serviceSettings } from "@weft/service";
import { z } from "zod";
import { largestCapacity } from "./engine/memory-store.js";

// An environment variable is text, and a whole number there has digits only: "2.0" and "1e3" are refused like "abc".
const wholeNumberIn = (text: string) => (/^-?\d+$/.test(text) ? Number(text) : text);

/** A number above zero that JSON has as a number. What is no whole number is told apart from what is too small. */
const countAboveZero = (invalid: string, tooSmall: string) =>
  z
    .number(invalid)
    .refine(Number.isInteger, { error: invalid, abort: true })
    .refine((count) => count > 0, tooSmall);

/** The settings of the cache service. */
export const cacheSettings = serviceSettings.extend({
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
  expiry_every_ms: z.int().min(0).max(3_600_000).default(0).meta({
    env: "WEFT_CACHE_EXPIRY_EVERY_MS",
    description: "Pause between rounds that remove expired entries. 0: they go when touched or when room is needed.",
    fromEnv: wholeNumberIn,
  }),
  permission: z.enum(["public", "any_authenticated"]).default("public").meta({
    env: "WEFT_CACHE_PERMISSION",
    description:
      "Who may call the functions of the service: public, as its own port is open too, or any_authenticated.",
  }),
  listen: publicListen(7410),
  workers: z.coerce
    .number()
    .int()
    .min(1)
    .max(1, "must be 1: the entries are in the memory of one process, and each worker would hold others")
    .default(1)
    .meta({ env: "WEFT_WORKERS", description: "Processes of this service: one, for the entries are in its memory." }),
});
export type CacheSettings = Readonly<z.infer<typeof cacheSettings>>;
