import { meshNamespace } from "@weft/service";
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

/**
 * What the mesh may keep where the settings do not say: the counters of some 8,000 users with a shared limit, beside results
 * and outcomes that take no more memory than a process has to spare.
 */
const meshLimits = { capacity: 100_000, max_bytes: 67_108_864 };

/** That of the mesh is always there. */
function withMesh(given: unknown = {}): unknown {
  if (!isObject(given)) return given;
  const { [meshNamespace]: own = {}, ...others } = given;
  return { ...others, [meshNamespace]: isObject(own) ? { ...meshLimits, ...own } : own };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const name = z.string().regex(/^[a-z][a-z0-9_-]{0,62}$/, "must be a name such as sessions");

/** Namespaces beside the default one. Each has limits of its own, and what it leaves out has the usual default. */
export const namespacesSetting = z.preprocess(withMesh, z.record(name, limitSettings.strict())).meta({
  env: "WEFT_CACHE_NAMESPACES",
  description:
    'Further namespaces as JSON, each with the seven settings above: {"sessions":{"capacity":5000,"default_ttl":1800}}. "mesh", for what the mesh itself keeps, is always there.',
  fromEnv: jsonOrText,
});
