import { expect, test } from "@jest/globals";
import { Code } from "@weft/core";
import { parseFunctionName } from "./function-name.js";

test("a name splits at its first dot", () => {
  expect(parseFunctionName("places.find")).toEqual({ service: "places", function: "find" });
  expect(parseFunctionName("cache.batch.get")).toEqual({ service: "cache", function: "batch.get" });
});

test.each(["places", ".find", "places.", "", "."])('"%s" is no function name', (name) => {
  expect(() => parseFunctionName(name)).toThrow(expect.objectContaining({ code: Code.InvalidArgument }));
});
