import { meshNamespaces } from "@weft/service";
import { z } from "zod";
import { limitSettings } from "./limit-settings.js";

/** What is no JSON is refused by the schema, which names the variable. */
function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** What the mesh may keep where the settings do not say: no more than a process has to spare. */
const meshLimits: Readonly<Record<string, object>> = {
  [meshNamespaces.results]: { capacity: 100_000, max_bytes: 67_108_864 },
  // Those of some 8,000 users with a shared limit.
  [meshNamespaces.counters]: { capacity: 100_000, max_bytes: 33_554_432 },
  // An outcome that somebody was promised does not go for another one; what there is no room for stays in its gateway.
  [meshNamespaces.outcomes]: { capacity: 100_000, max_bytes: 67_108_864, eviction: "none" },
};

/** Those of the mesh are always there. */
function withMesh(given: unknown = {}): unknown {
  if (!isObject(given)) return given;
  const all = { ...given };
  for (const [name, limits] of Object.entries(meshLimits)) {
    const own = given[name] ?? {};
    all[name] = isObject(own) ? { ...limits, ...own } : own;
  }
  return all;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const name = z.string().regex(/^[a-z][a-z0-9_-]{0,62}$/, "must be a name such as sessions");

/** Namespaces beside the default one. Each has limits of its own, and what it leaves out has the usual default. */
export const namespacesSetting = z.preprocess(withMesh, z.record(name, limitSettings.strict())).meta({
  env: "WEFT_CACHE_NAMESPACES",
  description:
    'Further namespaces as JSON, each with the seven settings above: {"sessions":{"capacity":5000,"default_ttl":1800}}. Those for what the mesh itself keeps are always there: mesh-results, mesh-counters and mesh-outcomes.',
  fromEnv: jsonOrText,
});
