import type { Part } from "../plugin.js";
import { type Config, isPlainObject } from "./config.js";
import { settingsKey } from "./configure.js";

/** The paths that plugins marked as secret, in the whole configuration. */
export function secretPaths(parts: readonly Part[]): ReadonlySet<string> {
  return new Set(parts.flatMap((part) => (part.settings?.secrets ?? []).map((path) => `${settingsKey(part)}.${path}`)));
}

/** A copy of the configuration that may be shown. */
export function redactConfig(config: Config, secrets: ReadonlySet<string>, prefix = ""): Config {
  const shown = Object.entries(config).map(([name, value]) => {
    const path = `${prefix}${name}`;
    if (secrets.has(path)) return [name, "[redacted]"];
    return [name, isPlainObject(value) ? redactConfig(value, secrets, `${path}.`) : value];
  });
  return Object.fromEntries(shown);
}
