import type { Field } from "./field.js";
import { invalidInput, refusal } from "./refusal.js";
import { longestMs, ttlMsOf } from "./ttl.js";

export function optionalCount(description: string): Field<number | undefined> {
  return {
    type: "num",
    schema: { type: "integer", minimum: 0, description },
    isNeeded: false,
    absent: undefined,
    read(given, name) {
      const count = wholeNumber(given);
      if (count !== undefined && count >= 0 && Number.isSafeInteger(count)) return count;
      throw invalidInput(name, `${name} must be a whole number, 0 or more`);
    },
  };
}

/** Milliseconds to live, sent as whole seconds. */
export const optionalTtl: Field<number | undefined> = {
  type: "any",
  schema: { type: "integer", exclusiveMinimum: 0, description: "Whole seconds to live" },
  isNeeded: false,
  absent: undefined,
  read: (given, name) => ttlMsOf(positive(given, name)),
};

/** The same, sent as whole milliseconds. */
export const optionalTtlMs: Field<number | undefined> = {
  ...optionalTtl,
  schema: { type: "integer", exclusiveMinimum: 0, description: "Whole milliseconds to live, instead of ttl" },
  read: (given, name) => Math.min(positive(given, name), longestMs),
};

function positive(given: unknown, name: string): number {
  const count = wholeNumber(given);
  if (count === undefined || count <= 0) throw refusal(name, "TTL must be a positive number");
  return count;
}

/** Whole milliseconds within a range. */
export function optionalMs(description: string, [min, max]: readonly [number, number]): Field<number | undefined> {
  return {
    type: "any",
    schema: { type: "integer", minimum: min, maximum: max, description },
    isNeeded: false,
    absent: undefined,
    read(given, name) {
      const count = wholeNumber(given);
      if (count !== undefined && count >= min && count <= max) return count;
      throw invalidInput(name, `${name} must be a whole number from ${min} to ${max}`);
    },
  };
}

/** An integer of 64 bits: a number, or decimal text where a number is not exact. */
export function optionalInt64(description: string, standard: bigint): Field<bigint> {
  return {
    type: "any",
    schema: { type: ["integer", "string"], default: Number(standard), description },
    isNeeded: false,
    absent: standard,
    read(given, name) {
      const value = int64(given);
      if (value !== undefined) return value;
      throw invalidInput(name, `${name} must be an integer of 64 bits`);
    },
  };
}

function int64(given: unknown): bigint | undefined {
  const isExact = Number.isSafeInteger(given) || typeof given === "bigint";
  if (!isExact && !(typeof given === "string" && /^-?\d{1,20}$/.test(given))) return undefined;
  const value = BigInt(given as number | bigint | string);
  return BigInt.asIntN(64, value) === value ? value : undefined;
}

/** JSON integers beyond 2^53 arrive as bigint. */
function wholeNumber(given: unknown): number | undefined {
  if (typeof given === "bigint") return Number(given);
  return typeof given === "number" && Number.isInteger(given) ? given : undefined;
}
