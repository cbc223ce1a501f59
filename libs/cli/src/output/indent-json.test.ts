import { expect, test } from "@jest/globals";
import { indentJson } from "./indent-json.js";

test.each([
  { a: [1, { b: "x" }], c: {}, d: [], e: null },
  [],
  {},
  "text",
  [{}, [], [[]]],
  { 'quote " { [': 'back \\" \\\\ , : ]}', "": "" },
])("indents as JSON.stringify does: %j", (value) => {
  expect(indentJson(JSON.stringify(value))).toBe(JSON.stringify(value, null, 2));
});

test("keeps the digits of large integers", () => {
  expect(indentJson('{"a":12345678901234567890}')).toBe('{\n  "a": 12345678901234567890\n}');
});
