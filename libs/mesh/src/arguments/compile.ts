import { decodeValue, type PlainObject } from "@weft/contracts";
import { type Argument, ArgumentOrder, type FunctionConfig } from "@weft/contracts/function";
import type { Violation } from "@weft/core";
import { type Check, declare } from "./declaration.js";
import { withDoubles } from "./doubles.js";
import { isArgumentType, kinds } from "./kinds.js";
import { compilePlainCheck, type PlainArgument } from "./plain-json.js";
import { fieldOf, listKeys, quote } from "./texts.js";

/** The part of a function's definition that says what its arguments are. */
export type ArgumentsConfig = Pick<FunctionConfig, "function" | "arguments" | "argumentOrder" | "openArguments">;

/** A function's arguments, prepared for its calls. */
export interface CompiledArguments {
  /**
   * True if a JSON text can be passed on as it is: `check` of what it holds would find nothing wrong and change nothing. False
   * says nothing; most texts that are right are known by a look at their bytes, the others are for `check`.
   */
  fitAsTheyAre(json: Uint8Array): boolean;
  /** Checks decoded arguments, all at once. They stay as they are; `values` may be the same object. */
  check(args: Readonly<PlainObject>): CheckedArguments;
  /**
   * What the handler is called with, from values without violations: one object (order map), the values in their order (list),
   * or nothing at all (no declared arguments). Takes over `values` and changes them: datetime becomes a Date, int64 a
   * bigint, naive_datetime the local time as text such as `2024-01-15T10:30:00`.
   */
  convert(values: PlainObject): readonly unknown[];
}

export interface CheckedArguments {
  /** Every declared argument, in the declared order, defaults filled in. Without a prototype. */
  readonly values: PlainObject;
  /** Everything that is wrong; empty if the call may go on. */
  readonly violations: readonly Violation[];
  /** True if `values` differ from what was given, so that received bytes do not say the same. */
  readonly changed: boolean;
}

interface CompiledArgument extends PlainArgument {
  readonly mayBeNull: boolean;
  /** Makes the default; absent without one. Objects are made anew, since handlers may change what they get. */
  readonly fallback: (() => unknown) | undefined;
  readonly check: Check;
  readonly convert: ((value: unknown) => unknown) | undefined;
  readonly missing: Violation;
}

/** Prepares the declarations of a function once for all its calls. They must be free of problems. */
export function compileArguments(config: ArgumentsConfig): CompiledArguments {
  const { openArguments } = config;
  const compiled = config.arguments.map((argument) => compileArgument(argument, config));
  const declared = new Set(compiled.map(({ name }) => name));
  const conversions = compiled.flatMap(({ name, convert }) => (convert === undefined ? [] : [{ name, convert }]));

  return {
    fitAsTheyAre: compilePlainCheck(compiled),

    check(args) {
      const violations: Violation[] = [];
      // What most calls have: every argument, in the declared order, and right. Then nothing is made (0.3 µs measured).
      if (isInOrder(args, compiled) && isUnchanged(args, compiled, violations))
        return { values: args as PlainObject, violations, changed: false };
      violations.length = 0;

      const values: PlainObject = Object.create(null);
      let changed = false;
      let known = 0;
      for (const { name, mayBeNull, fallback, check, missing } of compiled) {
        const given = args[name];
        if (given === undefined) {
          if (fallback !== undefined) {
            values[name] = fallback();
            changed = true;
          } else if (openArguments) continue;
          else if (mayBeNull) values[name] = null;
          else violations.push(missing);
          continue;
        }
        known++;
        if (given === null) {
          values[name] = null;
          if (!mayBeNull) violations.push(missing);
          continue;
        }
        const value = check(given, violations);
        if (value !== given) changed = true;
        values[name] = value;
      }
      const keys = Object.keys(args);
      if (keys.length === known) return { values, violations, changed };

      const extra = keys.filter((key) => !declared.has(key));
      if (openArguments) {
        for (const key of extra) {
          values[key] = withDoubles(args[key]);
          if (values[key] !== args[key]) changed = true;
        }
      } else if (extra.length > 0) violations.unshift(undeclared(extra, config.function));
      return { values, violations, changed };
    },

    convert(values) {
      for (const { name, convert } of conversions) {
        const value = values[name];
        if (value !== undefined && value !== null) values[name] = convert(value);
      }
      if (config.argumentOrder === ArgumentOrder.ARGUMENT_ORDER_LIST) return compiled.map(({ name }) => values[name]);
      return compiled.length === 0 && !openArguments ? [] : [values];
    },
  };
}

function isInOrder(args: Readonly<PlainObject>, compiled: readonly CompiledArgument[]): boolean {
  const keys = Object.keys(args);
  if (keys.length !== compiled.length) return false;
  for (let at = 0; at < keys.length; at++) if (keys[at] !== compiled[at]?.name) return false;
  return true;
}

/** Every value is there and right, and goes on as it is. */
function isUnchanged(
  args: Readonly<PlainObject>,
  compiled: readonly CompiledArgument[],
  violations: Violation[],
): boolean {
  for (const { name, check } of compiled) {
    const given = args[name];
    if (given === undefined || given === null || check(given, violations) !== given) return false;
  }
  return violations.length === 0;
}

function compileArgument(argument: Argument, config: ArgumentsConfig): CompiledArgument {
  const { name, type, allowNil, defaultValue } = argument;
  if (!isArgumentType(type)) throw new Error(`argument ${quote(name)} has the unknown type ${quote(type)}`);
  const declaration = declare(argument, config.function);
  const { field, shownName, shownFunction } = declaration;
  const mayBeNull = allowNil || config.openArguments;
  const { check, convert, plainEnd } = kinds[type];
  return {
    name,
    mayBeNull,
    mayBeMissing: mayBeNull && defaultValue.length === 0,
    fallback: defaultValue.length === 0 ? undefined : makerOf(defaultValue),
    plainEnd: plainEnd?.(declaration),
    check: check(declaration),
    convert,
    missing: { field, description: `missing or nil argument ${shownName} in ${shownFunction}` },
  };
}

function makerOf(defaultValue: Buffer): () => unknown {
  const value = decodeValue(defaultValue);
  return typeof value === "object" ? () => decodeValue(defaultValue) : () => value;
}

function undeclared(keys: readonly string[], functionName: string): Violation {
  const [only] = keys.length === 1 ? keys : [];
  return {
    field: only === undefined ? "args" : fieldOf(only),
    description: `extra arguments for ${JSON.stringify(functionName)}, extra: ${listKeys(keys)}`,
  };
}
