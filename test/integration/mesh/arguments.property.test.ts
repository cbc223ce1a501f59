import { expect, test } from "@jest/globals";
import { decodeJsonObject, encodeJson } from "@weft/contracts";
import { type ArgumentSpecs, compileVariant, type Definition, definitionProblems, toConfig } from "@weft/mesh";
import fc from "fast-check";
import { acceptsCall, acceptsValue, type Spec } from "./argument-oracle.js";

const types = [
  ...["string", "num", "int64", "boolean", "uuid", "datetime", "naive_datetime", "list", "list_string", "list_num"],
  ...["list_uuid", "list_map", "map", "any"],
] as const;

const uuid = "550e8400-e29b-41d4-a716-446655440000";
const texts = [
  ...[
    "",
    "a",
    "abc",
    "é",
    "ééé",
    "12",
    "-0",
    "01",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
  ],
  ...[uuid, uuid.toUpperCase(), uuid.replaceAll("-", ""), `urn:uuid:${uuid}`, uuid.replace("41d4", "91d4"), ` ${uuid}`],
  ...["VQ6EAOKbQdSnFkRmVUQAAA", "AAAAAAAAAAAAAAAAAAAAAA", "________________________", "_____________________w"],
  ...["2024-01-15T10:30:00+07:00", "2024-01-15 10:30:00Z", "2024-01-15T10:30:00", "2024-02-30T10:30:00", "2024-01-15"],
  ...["2024-02-29T23:59:59.123-0330", "2023-02-29T00:00:00Z", "2024-01-15T24:00:00Z", "2024-01-15T10:30:00+25:00"],
];
const scalar = fc.oneof(
  fc.constantFrom(...texts),
  fc.string({ maxLength: 5 }),
  fc.integer({ min: -3, max: 3 }),
  fc.constantFrom(0.5, 2 ** 53, 2 ** 53 - 1, 1e300, -(2 ** 60)),
  fc.constantFrom(2n ** 53n + 1n, 2n ** 63n - 1n, 2n ** 63n, -(2n ** 63n), -(2n ** 80n)),
  fc.boolean(),
);
const mapKey = fc.constantFrom("k", "l", "m", "__proto__");
const value: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof({ weight: 5, arbitrary: scalar }, fc.constant(null), tie("list"), tie("map")),
  list: fc.oneof(
    fc.array(tie("value"), { maxLength: 4 }),
    fc.array(fc.constantFrom(...texts), { maxLength: 4 }),
    fc.array(fc.integer(), { maxLength: 4 }),
    fc.array(tie("map"), { maxLength: 3 }),
  ),
  map: fc.array(fc.tuple(mapKey, tie("value")), { maxLength: 4 }).map((entries) => Object.fromEntries(entries)),
})).value;

const few = fc.option(fc.integer({ min: 0, max: 4 }), { nil: undefined });
const keys = fc.option(fc.subarray(["k", "l", "__proto__"]), { nil: undefined });
const spec = fc
  .record({
    type: fc.constantFrom(...types),
    allowNil: fc.option(fc.boolean(), { nil: undefined }),
    default: fc.option(value, { nil: undefined }),
    maxBytes: few,
    maxItems: few,
    maxItemBytes: few,
    required: keys,
    accept: keys,
  })
  .map(
    (options): Spec =>
      Object.fromEntries(Object.entries(options).filter(([, option]) => option !== undefined)) as unknown as Spec,
  );

const name = fc.constantFrom("a", "b", "__proto__", "toString");
const specs = fc.uniqueArray(fc.tuple(name, spec), { maxLength: 3, selector: ([key]) => key });
const given = fc.uniqueArray(fc.tuple(fc.oneof(name, fc.constant("extra")), value), { selector: ([key]) => key });

function compile(declared: readonly (readonly [string, Spec])[]) {
  const args = Object.fromEntries(declared) as unknown as ArgumentSpecs;
  const variant = compileVariant(toConfig({ service: "s", function: "f", args }), { random: () => 0 });
  if ("problems" in variant) throw new Error(variant.problems.join("\n"));
  return variant.arguments;
}

test("a default is registered exactly when a call could send it", () => {
  fc.assert(
    fc.property(spec, (one) => {
      const problems = definitionProblems({ service: "s", function: "f", args: { a: one } } as Definition);
      const fits =
        one.default === undefined || (one.default === null ? one.allowNil === true : acceptsValue(one, one.default));

      expect(problems.length === 0).toBe(fits);
    }),
    { numRuns: 2_000 },
  );
});

test("a call is accepted exactly when each of its arguments may be", () => {
  fc.assert(
    fc.property(specs, given, (all, entries) => {
      const declared = all.filter(([, one]) => one.default === undefined || acceptsValue(one, one.default));
      const args = Object.fromEntries(entries);

      const { values, violations } = compile(declared).check(decodeJsonObject(encodeJson(args)).value);

      expect(violations.length === 0).toBe(acceptsCall(new Map(declared), args));
      if (violations.length === 0) expect(Object.keys(values)).toEqual(declared.map(([key]) => key));
    }),
    { numRuns: 3_000 },
  );
});
