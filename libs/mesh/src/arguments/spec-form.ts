import { isObject } from "../shapes.js";
import type { ArgumentType } from "./kinds.js";

/** The options that say what a value may be; the others go with every type. */
export type LimitOption = "maxBytes" | "maxItems" | "maxItemBytes" | "required" | "accept";

/** Which of these options each type has. Of the others a declaration may hold anything; they mean nothing. */
export const limitOptions: Readonly<Record<ArgumentType, readonly LimitOption[]>> = {
  string: ["maxBytes"],
  num: [],
  int64: [],
  boolean: [],
  uuid: [],
  datetime: [],
  naive_datetime: [],
  list: ["maxItems", "maxItemBytes"],
  list_string: ["maxItems", "maxItemBytes"],
  list_num: ["maxItems"],
  list_uuid: ["maxItems"],
  list_map: ["maxItems"],
  map: ["maxItems", "maxItemBytes", "required", "accept"],
  any: [],
};

/** A declaration in its long form, of which nothing is known but that it is an object. */
export type LongForm = Readonly<Record<string, unknown>>;

/**
 * The long form of a declaration, whose short forms are a type's name, `[type, limit]` (bytes of a string, items of a list or
 * map) and `[type, options]`. `undefined`: it has no such form.
 */
export function longForm(spec: unknown): LongForm | undefined {
  if (typeof spec === "string") return { type: spec };
  if (!Array.isArray(spec)) return isObject(spec) ? spec : undefined;
  const [type, second]: readonly unknown[] = spec;
  if (spec.length !== 2 || typeof type !== "string") return undefined;
  if (isObject(second)) return { ...second, type };
  const [option] = Object.hasOwn(limitOptions, type) ? limitOptions[type as ArgumentType] : [];
  return typeof second === "number" && option !== undefined ? { type, [option]: second } : undefined;
}
