import { z } from "zod";
import { wholeNumberIn } from "./namespaces/limit-settings.js";

const redisUrl = z
  .url({ protocol: /^rediss?$/, error: "must be redis://HOST:PORT or rediss://HOST:PORT" })
  .default("redis://127.0.0.1:6379");

/** Where entries are kept. */
export const storeSettings = z.object({
  store: z.enum(["memory", "redis"]).default("memory").meta({
    env: "WEFT_CACHE_STORE",
    description:
      "Where entries are: memory of this process, or redis (also Valkey), which all nodes of the cache share.",
  }),
  redis_url: redisUrl.meta({
    env: "WEFT_CACHE_REDIS_URL",
    description: "redis://[[USER]:PASSWORD@]HOST:PORT[/DATABASE], or rediss: for TLS. Its policy must be noeviction.",
  }),
  snapshot_file: z.string().min(1).optional().meta({
    env: "WEFT_CACHE_SNAPSHOT_FILE",
    description:
      "A file to which entries in memory are saved, and from which they come back at the start. Without it none.",
  }),
  snapshot_every_ms: z.int().min(100).max(86_400_000).default(60_000).meta({
    env: "WEFT_CACHE_SNAPSHOT_EVERY_MS",
    description: "Pause between two snapshots; one more is taken at the end.",
    fromEnv: wholeNumberIn,
  }),
});

interface Given extends z.infer<typeof storeSettings> {
  readonly workers: number;
  readonly eviction: string;
  readonly evictable: string;
  readonly namespaces?: Readonly<Record<string, Pick<Given, "eviction" | "evictable">>> | undefined;
}

/** What does not go together, by setting. */
export function storeProblems(given: Given): readonly { readonly setting: string; readonly message: string }[] {
  if (given.store === "memory") {
    if (given.workers === 1) return [];
    const message = "must be 1: the entries are in the memory of one process, and each worker would hold others";
    return [{ setting: "workers", message }];
  }
  const problems = [];
  const isOther = ({ eviction }: { readonly eviction: string }) => eviction !== "lru" && eviction !== "none";
  const message = "must be lru or none with the store redis";
  if (isOther(given)) problems.push({ setting: "eviction", message });
  const namespaces = Object.values(given.namespaces ?? {});
  if (namespaces.some(isOther)) problems.push({ setting: "namespaces", message });
  const sparesLasting = ({ evictable }: Pick<Given, "evictable">) => evictable !== "all";
  const mustBeAll = "evictable must be all with the store redis";
  if (sparesLasting(given)) problems.push({ setting: "evictable", message: mustBeAll });
  if (namespaces.some(sparesLasting)) problems.push({ setting: "namespaces", message: mustBeAll });
  if (given.snapshot_file !== undefined)
    problems.push({
      setting: "snapshot_file",
      message: "must be left out with the store redis, which keeps entries itself",
    });
  return problems;
}
