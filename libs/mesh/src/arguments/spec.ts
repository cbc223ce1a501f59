import { encodeValue } from "@weft/contracts";
import type { Argument } from "@weft/contracts/function";

interface Common<Default> {
  /** Allows null; a missing argument without a default is null then. */
  readonly allowNil?: boolean;
  /** Stands for a missing argument, not for null. */
  readonly default?: Default;
  readonly description?: string;
}

interface ListOptions {
  /** Defaults to 1,000. */
  readonly maxItems?: number;
}

interface ItemOptions extends ListOptions {
  /** The longest string in the list, in UTF-8. Defaults to 3,000. */
  readonly maxItemBytes?: number;
}

interface MapOptions extends ListOptions {
  /** Keys that must be there. */
  readonly required?: readonly string[];
  /** The only keys allowed; empty: any. */
  readonly accept?: readonly string[];
}

interface AnyOptions extends ItemOptions, MapOptions {
  readonly maxBytes?: number;
}

type Scalar = string | number | boolean;
type PlainMap = Readonly<Record<string, unknown>>;

/** How code declares one argument of a function. */
export type ArgumentSpec =
  | (Common<string> & {
      readonly type: "string";
      /** The longest text, in UTF-8. Defaults to 3,000. */
      readonly maxBytes?: number;
    })
  | (Common<number> & { readonly type: "num" })
  | (Common<bigint | number | string> & { readonly type: "int64" })
  | (Common<boolean> & { readonly type: "boolean" })
  | (Common<string> & { readonly type: "uuid" })
  | (Common<Date | string> & { readonly type: "datetime" })
  | (Common<string> & { readonly type: "naive_datetime" })
  | (Common<readonly Scalar[]> & ItemOptions & { readonly type: "list" })
  | (Common<readonly string[]> & ItemOptions & { readonly type: "list_string" })
  | (Common<readonly number[]> & ListOptions & { readonly type: "list_num" })
  | (Common<readonly string[]> & ListOptions & { readonly type: "list_uuid" })
  | (Common<readonly PlainMap[]> & ListOptions & { readonly type: "list_map" })
  | (Common<PlainMap> & MapOptions & { readonly type: "map" })
  | (Common<unknown> & { readonly type: "any" });

export type ArgumentSpecs = Readonly<Record<string, ArgumentSpec>>;

/**
 * The same declarations, with `never` for an option that their type does not have. Inference alone takes any option without a
 * word, so a function that infers `Specs` asks for `Specs & KnownOptions<Specs>`.
 */
export type KnownOptions<Specs extends ArgumentSpecs> = {
  readonly [Name in keyof Specs]: {
    readonly [Option in keyof Specs[Name]]: Option extends keyof SpecOf<Specs[Name]["type"]> ? unknown : never;
  };
};

type SpecOf<Type extends ArgumentSpec["type"]> = Extract<ArgumentSpec, { readonly type: Type }>;

/** What handlers get for each type. */
interface HandlerValues {
  string: string;
  num: number;
  int64: bigint;
  boolean: boolean;
  uuid: string;
  datetime: Date;
  naive_datetime: string;
  list: Scalar[];
  list_string: string[];
  list_num: number[];
  list_uuid: string[];
  list_map: Record<string, unknown>[];
  map: Record<string, unknown>;
  any: unknown;
}

type HandlerValue<Spec extends ArgumentSpec> = Spec extends { readonly allowNil: true }
  ? HandlerValues[Spec["type"]] | null
  : HandlerValues[Spec["type"]];

/** The object that a handler gets, from the declarations of its arguments. Every argument is there; only `allowNil` makes it null. */
export type ArgumentsOf<Specs extends ArgumentSpecs> = { -readonly [Name in keyof Specs]: HandlerValue<Specs[Name]> };

/** A declaration as it travels. Throws a WeftError if the default is no data; whether it fits is `argumentProblems`' to say. */
export function toArgument(name: string, spec: ArgumentSpec): Argument {
  const { type, allowNil = false, description = "" } = spec;
  const { maxBytes, maxItems, maxItemBytes, required, accept } = spec as AnyOptions;
  return {
    name,
    type,
    allowNil,
    defaultValue: spec.default === undefined ? Buffer.alloc(0) : encodeValue(spec.default),
    maxBytes,
    maxItems,
    maxItemBytes,
    required: [...(required ?? [])],
    accept: [...(accept ?? [])],
    description,
  };
}
