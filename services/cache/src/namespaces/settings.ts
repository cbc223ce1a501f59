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

const name = z.string().regex(/^[a-z][a-z0-9_-]{0,62}$/, "must be a name such as sessions");

/** Namespaces beside the default one. Each has limits of its own, and what it leaves out has the usual default. */
export const namespacesSetting = z.record(name, limitSettings.strict()).optional().meta({
  env: "WEFT_CACHE_NAMESPACES",
  description:
    'Further namespaces as JSON, each with the seven settings above: {"sessions":{"capacity":5000,"default_ttl":1800}}.',
  fromEnv: jsonOrText,
});
