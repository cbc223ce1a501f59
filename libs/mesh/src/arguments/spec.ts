import { encodeValue } from "@weft/contracts";
import type { Argument } from "@weft/contracts/function";
import { withDoubles } from "./doubles.js";
import { type LongForm, limitOptions, longForm } from "./spec-form.js";

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

interface MapOptions extends ItemOptions {
  /** Keys that must be there. */
  readonly required?: readonly string[];
  /** The only keys allowed; empty: any. */
  readonly accept?: readonly string[];
}

type Scalar = string | number | boolean;
type PlainMap = Readonly<Record<string, unknown>>;

/** The long form of a declaration. */
export type LongSpec =
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

type TypeName = LongSpec["type"];
type OptionsOf<Type extends TypeName> = Omit<Extract<LongSpec, { readonly type: Type }>, "type">;
type LimitedType = "string" | "list" | "list_string" | "list_num" | "list_uuid" | "list_map" | "map";

/** A type with the most bytes of a string or items of a list or map, or with options. */
type PairSpec =
  | readonly [type: LimitedType, limit: number]
  | { [Type in TypeName]: readonly [type: Type, options: OptionsOf<Type>] }[TypeName];

/** How code declares one argument of a function: `{ type: "string", maxBytes: 16 }`, `["string", 16]` and `"string"` are forms of it. */
export type ArgumentSpec = LongSpec | PairSpec | TypeName;

export type ArgumentSpecs = Readonly<Record<string, ArgumentSpec>>;

/**
 * The same declarations, with `never` for an option that their type does not have. Inference alone takes any option without a
 * word, so a function that infers `Specs` asks for `Specs & KnownOptions<Specs>`.
 */
export type KnownOptions<Specs extends ArgumentSpecs> = {
  readonly [Name in keyof Specs]: KnownIn<Specs[Name]>;
};

type KnownIn<Spec> = Spec extends { readonly type: infer Type extends TypeName }
  ? Known<Spec, Type>
  : Spec extends readonly [infer Type extends TypeName, infer Options extends object]
    ? readonly [Type, Known<Options, Type>]
    : unknown;

type Known<Options, Type extends TypeName> = {
  readonly [Option in keyof Options]: Option extends "type" | keyof OptionsOf<Type> ? unknown : never;
};

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

type TypeOf<Spec> = Spec extends TypeName
  ? Spec
  : Spec extends readonly [infer Type extends TypeName, unknown]
    ? Type
    : Spec extends { readonly type: infer Type extends TypeName }
      ? Type
      : never;

type HandlerValue<Spec> = Spec extends { readonly allowNil: true } | readonly [unknown, { readonly allowNil: true }]
  ? HandlerValues[TypeOf<Spec>] | null
  : HandlerValues[TypeOf<Spec>];

/** The object that a handler gets, from the declarations of its arguments. Every argument is there; only `allowNil` makes it null. */
export type ArgumentsOf<Specs extends ArgumentSpecs> = { -readonly [Name in keyof Specs]: HandlerValue<Specs[Name]> };

/** A declaration as it travels. It must be free of problems. */
export function toArgument(name: string, spec: ArgumentSpec): Argument {
  const form = longForm(spec) as LongForm & { readonly type: TypeName };
  const { type, allowNil = false, description = "" } = form as LongSpec;
  const limits = Object.fromEntries(limitOptions[type].map((option) => [option, form[option]]));
  const { maxBytes, maxItems, maxItemBytes, required = [], accept = [] } = limits as Limits;
  return {
    name,
    type,
    allowNil,
    defaultValue: form.default === undefined ? Buffer.alloc(0) : encodeValue(exact(type, form.default)),
    maxBytes,
    maxItems,
    maxItemBytes,
    required: [...required],
    accept: [...accept],
    description,
  };
}

/** In a Value an exact integer is text, which only int64 reads as a number. */
function exact(type: TypeName, value: unknown): unknown {
  return type === "int64" ? value : withDoubles(value);
}

interface Limits extends MapOptions {
  readonly maxBytes?: number;
}
