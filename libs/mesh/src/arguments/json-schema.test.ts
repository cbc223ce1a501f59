import { expect, test } from "@jest/globals";
import { FunctionConfig } from "@weft/contracts/function";
import { argumentsSchema } from "./json-schema.js";
import { argumentTypes } from "./kinds.js";
import { type ArgumentSpec, type ArgumentSpecs, toArgument } from "./spec.js";

function schemaOf(args: ArgumentSpecs, openArguments = false) {
  const declared = Object.entries(args).map(([name, spec]) => toArgument(name, spec));
  return argumentsSchema({ ...FunctionConfig.create({ function: "f", openArguments }), arguments: declared });
}

test("a schema says what is required, allowed and filled in", () => {
  expect(
    schemaOf({
      id: { type: "string", maxBytes: 16, description: "GeoNames id" },
      limit: { type: "num", default: 10 },
      tags: { type: "list_string", maxItems: 3, maxItemBytes: 8, allowNil: true },
      m: { type: "map" },
    }),
  ).toEqual({
    $schema: "https://json-schema.org/draft/2020-12/schema",
    type: "object",
    properties: {
      id: { type: "string", maxLength: 16, description: "GeoNames id" },
      limit: { type: "number", default: 10 },
      tags: { anyOf: [{ type: "array", maxItems: 3, items: { type: "string", maxLength: 8 } }, { type: "null" }] },
      m: { type: "object", maxProperties: 1_000 },
    },
    required: ["id", "m"],
    additionalProperties: false,
  });
});

test("a restricted map names its keys", () => {
  const { properties } = schemaOf({ m: { type: "map", required: ["a"], accept: ["a", "b"], maxItems: 2 } });

  expect(properties).toMatchObject({
    m: { type: "object", maxProperties: 2, required: ["a"], propertyNames: { enum: ["a", "b"] } },
  });
});

test("open arguments leave everything to the handler", () => {
  expect(schemaOf({ a: { type: "any" }, b: { type: "num" } }, true)).toMatchObject({
    properties: { a: {}, b: { anyOf: [{ type: "number" }, { type: "null" }] } },
    required: [],
    additionalProperties: true,
  });
});

test.each(argumentTypes)("%s has a schema", (type) => {
  const { properties } = schemaOf({ a: { type } as ArgumentSpec });

  expect(Object.keys((properties as { a: object }).a)).not.toHaveLength(0);
});
