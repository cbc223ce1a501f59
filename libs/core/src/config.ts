import { readFileSync } from "node:fs";
import type { z } from "zod";

/** What a setting says of itself, beside its type and default. */
export interface SettingMeta {
  /** The environment variable that sets it. */
  readonly env?: string;
  /** Reads the variable for a schema that coerces nothing, so that a file's "5" is no number. Defaults to the text itself. */
  readonly fromEnv?: (text: string) => unknown;
  readonly description: string;
}

/** Every problem of a configuration, one line each. `main.ts` prints them and exits with 2. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`invalid configuration:\n${problems.map((problem) => `  ${problem}`).join("\n")}`);
    this.problems = problems;
  }
}

export interface ConfigSources {
  /** Normally `process.env`. An empty variable counts as not set. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What a caller in code decides, over everything else. */
  readonly flags?: Readonly<Record<string, unknown>>;
}

/**
 * Reads a process's settings from one schema: defaults < the JSON file named by WEFT_CONFIG < environment < flags.
 * The answer is frozen. Throws a ConfigError that names every problem at once.
 */
export function readConfig<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  sources: ConfigSources,
): Readonly<z.infer<z.ZodObject<Shape>>> {
  const fromFile = readConfigFile(sources.env.WEFT_CONFIG);
  const given: Record<string, unknown> = { ...fromFile };
  for (const [name, field] of Object.entries(schema.shape)) {
    const text = sources.env[envOf(field) ?? ""];
    if (text !== undefined && text !== "") given[name] = metaOf(field)?.fromEnv?.(text) ?? text;
  }
  Object.assign(given, sources.flags);

  const result = schema.strict().safeParse(given);
  if (result.success) return Object.freeze(result.data);
  throw new ConfigError(result.error.issues.map((issue) => describe(schema, issue, given)));
}

/** One row of a settings table in a README. */
export interface SettingRow {
  readonly name: string;
  readonly env: string;
  readonly description: string;
  readonly defaultValue: unknown;
}

/** The settings of a schema as rows, for printing: the documentation derives from the schema. */
export function settingRows(schema: z.ZodObject): readonly SettingRow[] {
  return Object.entries(schema.shape).map(([name, field]) => {
    const parsed = (field as z.ZodType).safeParse(undefined);
    return {
      name,
      env: envOf(field) ?? "",
      description: metaOf(field)?.description ?? "",
      defaultValue: parsed.success ? parsed.data : undefined,
    };
  });
}

function readConfigFile(path: string | undefined): Record<string, unknown> {
  if (path === undefined || path === "") return {};
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new ConfigError([
      `WEFT_CONFIG: cannot read ${JSON.stringify(path)} (${(error as NodeJS.ErrnoException).code})`,
    ]);
  }
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // The same answer as for JSON that is no object.
  }
  throw new ConfigError([`WEFT_CONFIG: ${JSON.stringify(path)} must hold one JSON object`]);
}

function describe(schema: z.ZodObject, issue: z.core.$ZodIssue, given: Record<string, unknown>): string {
  const { path } = issue;
  const message =
    issue.code === "unrecognized_keys"
      ? `unknown setting ${issue.keys.map((key) => JSON.stringify(key)).join(", ")}`
      : issue.message;
  const name = String(path[0] ?? "");
  const field = schema.shape[name];
  if (field === undefined) return message;
  const label = [envOf(field) ?? name, ...path.slice(1).map(String)].join(".");
  const value = path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key], given);
  return value === undefined ? `${label}: ${message}` : `${label}: ${message}, got ${shown(value)}`;
}

/** A URL without the user and password in it. */
function shown(value: unknown): string {
  return String(JSON.stringify(value)).replace(/\/\/[^\s"]*@/g, "//…@");
}

function envOf(field: unknown): string | undefined {
  return metaOf(field)?.env;
}

function metaOf(field: unknown): SettingMeta | undefined {
  return (field as z.ZodType).meta() as SettingMeta | undefined;
}
