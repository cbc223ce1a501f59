import { decodeJson, encodeJson } from "@weft/contracts";
import type { Violation } from "@weft/core";
import { isBoolean, isObject, isPlainData, isString, listOf, type Shape, wholeNumber } from "../shapes.js";
import { declare } from "./declaration.js";
import { isArgumentType, kinds } from "./kinds.js";
import { type LongSpec, toArgument } from "./spec.js";
import { type LimitOption, type LongForm, limitOptions, longForm } from "./spec-form.js";
import { listKeys, quote } from "./texts.js";

/** What a definition says of its arguments; nothing is known of it yet. */
export interface LooseArguments {
  readonly function?: unknown;
  readonly args?: unknown;
  readonly argOrder?: unknown;
  readonly openArguments?: unknown;
}

/** Everything that is wrong with the declarations of a function's arguments, one text each. */
export function argumentProblems(definition: LooseArguments): readonly string[] {
  const { args = {}, argOrder, openArguments } = definition;
  const problems: string[] = [];
  if (args !== null && !isObject(args)) {
    problems.push("arg_types must be an object of declarations (args)");
  } else {
    const declared = Object.entries(args ?? {});
    const shownFunction = typeof definition.function === "string" ? definition.function : "";
    problems.push(
      ...orderProblems(
        argOrder,
        declared.map(([name]) => name),
        openArguments === true,
      ),
      ...declared.flatMap(([name, spec]) => specProblems(name, spec, shownFunction)),
    );
  }
  return problems.map((problem) => `argument validation failed: ${problem}`);
}

function orderProblems(order: unknown, names: readonly string[], isOpen: boolean): readonly string[] {
  if (order === undefined) return [];
  const isList = Array.isArray(order);
  if (isOpen) return order === "map" ? [] : ["open arguments need the order map, as a list drops the undeclared ones"];
  if (names.length === 0) {
    const isNothing = order === null || (isList && order.length === 0);
    return isNothing ? [] : ["arg_orders must be null or [] where no arguments are declared (argOrder)"];
  }
  if (order === "map") return [];
  if (!isList) return ["arg_orders must be map or a list of the arguments (argOrder)"];
  // One argument has one order only.
  if (order.length === 0 && names.length === 1) return [];
  const ordered = new Set<unknown>(order);
  const isExact = order.length === names.length && names.every((name) => ordered.has(name));
  return isExact ? [] : [`arg_orders must hold each of ${listKeys(names)} once (argOrder)`];
}

function specProblems(name: string, spec: unknown, functionName: string): readonly string[] {
  const problems = name === "" ? ["an argument has no name"] : [];
  const form = longForm(spec);
  const problem = form === undefined ? "has no declaration that is known" : formProblem(name, form, functionName);
  if (problem !== undefined) problems.push(`argument ${quote(name)} ${problem}`);
  return problems;
}

// A limit of zero is legal.
const limit = [wholeNumber(0), "a whole number of at least 0"] as const;
const keys = [listOf(isString), "a list of strings"] as const;
const optionShapes: Readonly<Record<LimitOption, readonly [Shape, string]>> = {
  maxBytes: limit,
  maxItems: limit,
  maxItemBytes: limit,
  required: keys,
  accept: keys,
};

function formProblem(name: string, form: LongForm, functionName: string): string | undefined {
  const { type, allowNil, description } = form;
  if (typeof type !== "string") return "has no type";
  if (!isArgumentType(type)) return `has the unknown type ${quote(type)}`;
  if (allowNil !== undefined && !isBoolean(allowNil)) return "has an allowNil that is not a boolean";
  if (description !== undefined && !isString(description)) return "has a description that is not a string";
  for (const option of limitOptions[type]) {
    const value = form[option];
    if (value === undefined) continue;
    const [holds, shape] = optionShapes[option];
    if (!holds(value)) return `has an option ${option} that is not ${shape}`;
  }
  return form.default === undefined ? undefined : defaultProblem(name, form as unknown as LongSpec, functionName);
}

/** The default must be data that a call could send. */
function defaultProblem(name: string, spec: LongSpec, functionName: string): string | undefined {
  if (!isPlainData(spec.default)) return "has a default that is no plain data";
  const { value } = decodeJson(encodeJson(spec.default)); // as a call would bring it
  if (value === null) return spec.allowNil ? undefined : "has the default null, which it does not allow";
  const violations: Violation[] = [];
  kinds[spec.type].check(declare(toArgument(name, spec), functionName))(value, violations);
  return violations[0] && `has a default that it does not allow: ${violations[0].description}`;
}
