import { expect, test } from "@jest/globals";
import { deepMerge } from "./deep-merge.js";

test("objects merge, arrays and everything else are replaced", () => {
  const under = { nest: { x: 1, y: [1, 2] }, kept: true };

  expect(deepMerge(under, { nest: { y: [3], z: null }, kept: undefined })).toEqual({
    nest: { x: 1, y: [3], z: null },
    kept: true,
  });
});

test("the result shares no object with what was merged in", () => {
  const list = [{ a: 1 }];
  const merged = deepMerge({}, { list }) as { list: { a: number }[] };

  list[0] = { a: 2 };

  expect(merged.list).toEqual([{ a: 1 }]);
});

test("instances of classes are values", () => {
  const at = new Date(0);

  expect(deepMerge({ at: { not: "a date" } }, { at }).at).toBe(at);
});

test("no name is special", () => {
  const merged = deepMerge({}, JSON.parse('{"__proto__": {"polluted": true}, "constructor": 1}'));

  expect(Object.keys(merged)).toEqual(["__proto__", "constructor"]);
  expect(Object.getPrototypeOf(merged)).toBe(Object.prototype);
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});

test("data that refers to itself is refused", () => {
  const loop: Record<string, unknown> = {};
  loop.self = loop;

  expect(() => deepMerge({}, loop)).toThrow("configuration is deeper than 32 levels");
});
