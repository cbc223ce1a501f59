import { expect, test } from "@jest/globals";
import { decodeValue } from "@weft/contracts";
import { type ArgumentSpecs, type ArgumentsOf, type KnownOptions, toArgument } from "./spec.js";

/** Declares a function as services do, so that the types are those that a handler sees. */
function fn<const Specs extends ArgumentSpecs>(options: {
  args: Specs & KnownOptions<Specs>;
  handler: (args: ArgumentsOf<Specs>) => unknown;
}) {
  return options;
}

test("a handler's arguments have the types that were declared", () => {
  const { handler } = fn({
    args: {
      id: { type: "int64" },
      at: { type: "datetime", allowNil: true },
      names: { type: "list_string", maxItems: 3, default: [] },
      limit: { type: "num", default: 10 },
    },
    handler({ id, at, names, limit }) {
      const exact: bigint = id;
      const moment: Date | null = at;
      // @ts-expect-error it may be null
      const certain: Date = at;
      return [exact, moment ?? certain, names.map((name) => name.length), limit.toFixed(0)];
    },
  });

  expect(handler({ id: 1n, at: null, names: ["abc"], limit: 2 })).toEqual([1n, null, [3], "2"]);
  // @ts-expect-error a missing argument
  fn({ args: { id: { type: "uuid" } }, handler: ({ name }) => name });
  // @ts-expect-error an option of another type
  fn({ args: { id: { type: "uuid", maxBytes: 3 } }, handler: () => null });
  // @ts-expect-error an option that is misspelt
  fn({ args: { id: { type: "string", maxByte: 3 } }, handler: () => null });
});

test("a declaration travels with its options and its default", () => {
  const argument = toArgument("id", {
    type: "string",
    maxBytes: 16,
    allowNil: true,
    default: "x",
    description: "GeoNames id",
  });

  expect(argument).toMatchObject({
    name: "id",
    type: "string",
    maxBytes: 16,
    allowNil: true,
    description: "GeoNames id",
  });
  expect(argument).toMatchObject({ maxItems: undefined, required: [], accept: [] });
  expect(decodeValue(argument.defaultValue)).toBe("x");
  expect(toArgument("on", { type: "boolean", default: false }).defaultValue).not.toHaveLength(0);
  expect(toArgument("on", { type: "boolean" }).defaultValue).toHaveLength(0);
});
