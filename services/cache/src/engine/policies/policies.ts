import type { CreatePolicy } from "./eviction-policy.js";
import { Lru } from "./lru.js";
import { Sieve } from "./sieve.js";
import { WTinyLfu } from "./w-tinylfu.js";

export type PolicyName = "lru" | "sieve" | "w-tinylfu";

/** Every eviction policy by the name it has in the settings. */
export const policies: Readonly<Record<PolicyName, CreatePolicy>> = {
  lru: (slots) => new Lru(slots),
  sieve: (slots) => new Sieve(slots),
  "w-tinylfu": (slots) => new WTinyLfu(slots),
};
