import type { Argument } from "@weft/contracts/function";
import type { Violation } from "@weft/core";
import { fieldOf } from "./texts.js";

/** One argument as its function declares it, with every limit decided. */
export interface Declaration {
  readonly name: string;
  /** The names as error texts show them. */
  readonly shownName: string;
  readonly shownFunction: string;
  /** Where violations say it stands: `args.NAME`. */
  readonly field: string;
  readonly maxBytes: number;
  readonly maxItems: number;
  readonly maxItemBytes: number;
  readonly required: readonly string[];
  readonly accept: readonly string[];
  /** True if an option restricts a map, which then holds no nested maps and no nulls. */
  readonly isRestricted: boolean;
}

/**
 * Adds what is wrong with a value to `violations`, and answers the value to go on with: the same one, or one that replaces
 * it. A null never comes here.
 */
export type Check = (value: unknown, violations: Violation[]) => unknown;

// The limits of the function rules, section 4.
const defaultMaxBytes = 3_000;
export const defaultMaxItems = 1_000;

export function declare(argument: Argument, functionName: string): Declaration {
  const { name, maxItems, maxItemBytes, required, accept } = argument;
  return {
    name,
    shownName: JSON.stringify(name),
    shownFunction: JSON.stringify(functionName),
    field: fieldOf(name),
    maxBytes: argument.maxBytes ?? defaultMaxBytes,
    maxItems: maxItems ?? defaultMaxItems,
    maxItemBytes: maxItemBytes ?? defaultMaxBytes,
    required,
    accept,
    isRestricted: maxItems !== undefined || maxItemBytes !== undefined || required.length > 0 || accept.length > 0,
  };
}
