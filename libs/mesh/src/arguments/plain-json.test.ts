import { expect, test } from "@jest/globals";
import { decodeJsonObject } from "@weft/contracts";
import { FunctionConfig } from "@weft/contracts/function";
import fc from "fast-check";
import { compileArguments } from "./compile.js";
import { type ArgumentSpecs, toArgument } from "./spec.js";

function compile(args: ArgumentSpecs, openArguments = false) {
  const declared = Object.entries(args).map(([name, spec]) => toArgument(name, spec));
  return compileArguments({ ...FunctionConfig.create({ function: "f" }), arguments: declared, openArguments });
}

const nullable = { type: "string", allowNil: true } as const;
const { fitAsTheyAre } = compile({ s: ["string", 3], n: "num", i: "int64", b: "boolean", o: nullable });

test.each([
  '{"s":"abc","n":1,"i":2,"b":true,"o":"x"}',
  '{"s": "", "n": -0.5, "i": -2, "b": false}',
  '{"s":"}","n":123456789012345,"i":0,"b":true,"o":"{\'}"}',
])("%s is known by its bytes", (text) => {
  expect(fitAsTheyAre(Buffer.from(text))).toBe(true);
});

test("a function without arguments is known by its bytes, also where others may come", () => {
  for (const none of [compile({}), compile({}, true), compile({ o: nullable })])
    expect(none.fitAsTheyAre(Buffer.from("{}"))).toBe(true);
});

test.each([
  "",
  "{",
  "}",
  "{}",
  "[]",
  '"',
  '{"s":"abc","n":1,"i":2,"b":true,}',
  '{"s":"abc","n":1,"i":2,"b":true"o":"x"}',
  '{"s":"abc","n":1,"i":2,"b":true,"o":"x","x":1}',
  '{"s":"abc","s":"abc","n":1,"i":2,"b":true}',
  '{"n":1,"s":"abc","i":2,"b":true}',
  '{"s":"abcd","n":1,"i":2,"b":true}',
  '{"s":"é","n":1,"i":2,"b":true}',
  '{"s":"\\n","n":1,"i":2,"b":true}',
  '{"s":"\n","n":1,"i":2,"b":true}',
  '{"s":"a,"n":1,"i":2,"b":true}',
  '{"s":1,"n":1,"i":2,"b":true}',
  '{"s":"abc","n":"1","i":2,"b":true}',
  '{"s":"abc","n":01,"i":2,"b":true}',
  '{"s":"abc","n":1.,"i":2,"b":true}',
  '{"s":"abc","n":-,"i":2,"b":true}',
  '{"s":"abc","n":1e3,"i":2,"b":true}',
  '{"s":"abc","n":1234567890123456,"i":2,"b":true}',
  '{"s":"abc","n":1,"i":2.5,"b":true}',
  '{"s":"abc","n":1,"i":2,"b":tru}',
  '{"s":"abc","n":1,"i":2,"b":truex}',
  '{"s":"abc","n":1,"i":2,"b":null}',
  '{"s":"abc","n":1,"i":2,"b":true}}',
])("%j is left to the general check", (text) => {
  expect(fitAsTheyAre(Buffer.from(text))).toBe(false);
});

test("a default changes the call, so that its bytes are not enough", () => {
  const { fitAsTheyAre } = compile({ s: { type: "string", allowNil: true, default: "x" } });

  expect(fitAsTheyAre(Buffer.from("{}"))).toBe(false);
  expect(fitAsTheyAre(Buffer.from('{"s":"y"}'))).toBe(true);
});

const text = fc.oneof(fc.string({ maxLength: 5 }), fc.string({ unit: "grapheme", maxLength: 3 }));
const number = fc.oneof(fc.integer({ min: -20, max: 20 }), fc.double(), fc.maxSafeInteger());
const scalar = fc.oneof(text, number, fc.boolean(), fc.constant(null));
const any = fc.oneof(scalar, fc.array(scalar, { maxLength: 4 }), fc.constant([[1]]));
const right: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  string: text,
  num: number,
  int64: fc.integer(),
  boolean: fc.boolean(),
  any,
};
const name = fc.constantFrom("a", "b", "__proto__", "toString", 'q"');
const declaration = fc
  .record({
    type: fc.constantFrom("string", "num", "int64", "boolean", "any"),
    allowNil: fc.boolean(),
    hasDefault: fc.boolean(),
  })
  .map(({ type, allowNil, hasDefault }) => ({
    type,
    allowNil,
    ...(hasDefault && type === "any" ? { default: 1 } : {}),
  }));
const declared = fc.uniqueArray(fc.tuple(name, declaration), { maxLength: 3, selector: ([key]) => key });

test("what is known by its bytes has nothing that the general check would object to or change", () => {
  let known = 0;
  const written = declared.chain((specs) =>
    fc.tuple(
      fc.constant(specs),
      fc.boolean(),
      fc.tuple(...specs.map(([, { type }]) => fc.option(fc.oneof({ weight: 4, arbitrary: right[type] ?? any }, any)))),
      fc.constantFrom(",", ", "),
      fc.nat(),
      fc.option(fc.constantFrom(...'{}[]",:\\ 019-.eEtn\u0000\u007f\n', "é")),
    ),
  );
  fc.assert(
    fc.property(written, ([specs, isOpen, values, comma, at, other]) => {
      const { check, fitAsTheyAre } = compile(Object.fromEntries(specs) as ArgumentSpecs, isOpen);
      const members = specs.flatMap(([key], index) =>
        values[index] === null ? [] : [`${JSON.stringify(key)}:${JSON.stringify(values[index])}`],
      );
      const json = `{${members.join(comma)}}`;
      const place = at % json.length;
      const bytes = Buffer.from(other === null ? json : json.slice(0, place) + other + json.slice(place + 1));
      if (!fitAsTheyAre(bytes)) return;
      known++;
      const { value, verbatim } = decodeJsonObject(bytes);
      expect(check(value)).toMatchObject({ violations: [], changed: false });
      expect(verbatim).toBe(true);
    }),
    { numRuns: 5_000 },
  );
  expect(known).toBeGreaterThan(500);
});
