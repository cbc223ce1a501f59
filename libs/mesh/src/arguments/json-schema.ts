import { decodeValue } from "@weft/contracts";
import type { Argument } from "@weft/contracts/function";
import type { ArgumentsConfig } from "./compile.js";
import { type Declaration, declare, defaultMaxItems } from "./declaration.js";
import { type ArgumentType, isArgumentType } from "./kinds.js";
import { uuidPattern } from "./uuid.js";

/** A schema of JSON Schema 2020-12. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * The arguments of a function as a JSON Schema, for people and tools. It allows a little more than the check does, which
 * counts bytes where a schema can count only characters.
 * Source: https://json-schema.org/draft/2020-12
 */
export function argumentsSchema(config: ArgumentsConfig): JsonSchema {
  const required = config.openArguments
    ? []
    : config.arguments.filter((argument) => !argument.allowNil && argument.defaultValue.length === 0);
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    type: "object",
    properties: Object.fromEntries(config.arguments.map((argument) => [argument.name, schemaOf(argument, config)])),
    required: required.map(({ name }) => name),
    additionalProperties: config.openArguments,
  };
}

function schemaOf(argument: Argument, config: ArgumentsConfig): JsonSchema {
  const { type, allowNil, defaultValue, description } = argument;
  const schema = isArgumentType(type) ? schemas[type](declare(argument, config.function)) : {};
  return {
    ...(allowNil || config.openArguments ? orNull(schema) : schema),
    ...(description !== "" && { description }),
    ...(defaultValue.length > 0 && { default: decodeValue(defaultValue) }),
  };
}

function orNull(schema: JsonSchema): JsonSchema {
  return "not" in schema ? {} : { anyOf: [schema, { type: "null" }] };
}

const scalarTypes = ["string", "number", "boolean"];
const uuidSchema = { type: "string", pattern: uuidPattern };

const schemas: Readonly<Record<ArgumentType, (declaration: Declaration) => JsonSchema>> = {
  string: ({ maxBytes }) => ({ type: "string", maxLength: maxBytes }),
  num: () => ({ type: "number" }),
  int64: () => ({ type: ["integer", "string"], pattern: "^-?(0|[1-9][0-9]{0,18})$" }),
  boolean: () => ({ type: "boolean" }),
  uuid: () => uuidSchema,
  datetime: () => ({ type: "string", format: "date-time" }),
  naive_datetime: () => ({ type: "string", pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}" }),
  list: (declaration) => list(declaration, { type: scalarTypes, maxLength: declaration.maxItemBytes }),
  list_string: (declaration) => list(declaration, { type: "string", maxLength: declaration.maxItemBytes }),
  list_num: (declaration) => list(declaration, { type: "number" }),
  list_uuid: (declaration) => list(declaration, uuidSchema),
  list_map: (declaration) => list(declaration, { type: "object" }),
  map: mapSchema,
  any: () => ({ not: { type: "null" } }),
};

function list({ maxItems }: Declaration, items: JsonSchema): JsonSchema {
  return { type: "array", maxItems, items };
}

function mapSchema({ maxItems, maxItemBytes, required, accept, isRestricted }: Declaration): JsonSchema {
  const map = { type: "object", maxProperties: maxItems, ...(required.length > 0 && { required }) };
  if (!isRestricted) return map;
  const scalar = { type: scalarTypes, maxLength: maxItemBytes };
  const value = { anyOf: [scalar, { type: "array", maxItems: defaultMaxItems, items: scalar }] };
  return {
    ...map,
    ...(accept.length > 0 && { propertyNames: { enum: accept } }),
    additionalProperties: value,
  };
}
