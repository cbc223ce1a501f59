import { notAnInteger, sumOutOfRange } from "../store/refusals.js";
import { bytesOf, type StoredValue } from "../store/stored-value.js";

const integer = /^-?\d{1,19}$/;

/** A stored value as an integer of 64 bits. Throws FAILED_PRECONDITION if it is none. */
export function integerOf(key: string, value: StoredValue): bigint {
  const text = value.kind === "json" ? bytesOf(value).toString() : "";
  if (!integer.test(text)) throw notAnInteger(key);
  const number = BigInt(text);
  if (!is64Bits(number)) throw notAnInteger(key);
  return number;
}

/** Throws OUT_OF_RANGE instead of wrapping around. */
export function sumOf(key: string, a: bigint, b: bigint): bigint {
  const sum = a + b;
  if (!is64Bits(sum)) throw sumOutOfRange(key);
  return sum;
}

function is64Bits(number: bigint): boolean {
  return BigInt.asIntN(64, number) === number;
}
