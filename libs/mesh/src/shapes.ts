import { decodeValue, encodeValue } from "@weft/contracts";

/** What a field must be; `undefined` never comes here. */
export type Shape = (value: unknown) => boolean;

// Lengths, counts and times travel as uint32.
export const maxNumber = 0xffff_ffff;

export const isBoolean: Shape = (value) => typeof value === "boolean";
export const isString: Shape = (value) => typeof value === "string";
export const isText: Shape = (value) => typeof value === "string" && value !== "";

/** Neither a list nor anything that keeps its data elsewhere, as a Map, a Date or an Error does. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return Object.prototype.toString.call(value) === "[object Object]";
}

export const oneOf =
  (...words: readonly string[]): Shape =>
  (value) =>
    typeof value === "string" && words.includes(value);

/** A whole number from `min` up, as far as the wire goes. */
export const wholeNumber =
  (min: number): Shape =>
  (value) =>
    Number.isInteger(value) && (value as number) >= min && (value as number) <= maxNumber;

export const orNull =
  (holds: Shape): Shape =>
  (value) =>
    value === null || holds(value);

export const anyOf =
  (...shapes: readonly Shape[]): Shape =>
  (value) =>
    shapes.some((holds) => holds(value));

/** A list; each item of a sparse one is looked at too. */
export const listOf =
  (holds: Shape): Shape =>
  (value) =>
    Array.isArray(value) && Array.from(value).every((item: unknown) => holds(item));

/** An object of these fields and no others. A field that is not `optional` must be there. */
export function fields(shapes: Readonly<Record<string, Shape>>, optional: readonly string[] = []): Shape {
  const names = Object.keys(shapes);
  return (value) =>
    isObject(value) &&
    Object.keys(value).every((name) => Object.hasOwn(shapes, name)) &&
    names.every((name) => (value[name] === undefined ? optional.includes(name) : shapes[name]?.(value[name])));
}

/** Something that can travel, and be read within the limits of payloads. */
export const isPlainData: Shape = (value) => {
  try {
    decodeValue(encodeValue(value));
    return true;
  } catch {
    return false; // they throw for nothing else
  }
};

export const isPlainList: Shape = (value) => Array.isArray(value) && isPlainData(value);
export const isPlainObject: Shape = (value) => isObject(value) && isPlainData(value);
