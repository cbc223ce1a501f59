import { expect, test } from "@jest/globals";
import { filledIn } from "./references.js";

const ref = (path: string) => `\${${path}}`;
const results = new Map<string, unknown>([
  ["run", "r1"],
  ["got", { value: { list: [1, { n: null }] } }],
]);

test("a reference alone is the value itself, within a text its words", () => {
  const list = "got.value.list";
  const given = { whole: ref(list), [`key-${ref("run")}`]: `n=${ref(`${list}.0`)}, ${ref(`${list}.1`)}`, plain: 5 };

  expect(filledIn(given, results)).toEqual({ whole: [1, { n: null }], "key-r1": 'n=1, {"n":null}', plain: 5 });
});

test("a second dollar makes it plain text", () => {
  expect(filledIn(`$${ref("run")} costs $5`, results)).toBe(`${ref("run")} costs $5`);
});

test("what is not there is told", () => {
  expect(() => filledIn(ref("other.key"), results)).toThrow('no earlier step has the id "other" and a result');
  expect(() => filledIn([ref("got.value.toString")], results)).toThrow("the result of got has no value.toString");
});
