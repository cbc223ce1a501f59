import { expect, test } from "@jest/globals";
import { ConfigError, readConfig } from "@weft/core";
import { sourceSettings } from "./source-settings.js";

const read = (pull: string) => readConfig(sourceSettings, { env: { WEFT_PULL: pull } }).pull;

function problems(pull: string): readonly string[] {
  try {
    read(pull);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  throw new Error("the setting was taken");
}

test("services to pull are a JSON array; there are none by default", () => {
  expect(read("")).toEqual([]);
  expect(read('[{"service":"billing","nodes":["10.0.0.5:7000","[::1]:7000"]}]')).toEqual([
    { service: "billing", nodes: ["10.0.0.5:7000", "[::1]:7000"] },
  ]);
});

test.each<[string, string, string[]]>([
  [
    "no JSON",
    "billing",
    ['WEFT_PULL: must be a JSON array such as [{"service":"billing","nodes":["10.0.0.5:7000"]}], got "billing"'],
  ],
  [
    "everything wrong at once",
    '[{"service":"Billing","nodes":["here"]},{"service":"shop","nodes":[]}]',
    [
      'WEFT_PULL.0.service: must be the name of a service, got "Billing"',
      'WEFT_PULL.0.nodes.0: must be HOST:PORT, got "here"',
      "WEFT_PULL.1.nodes: Too small: expected array to have >=1 items, got []",
    ],
  ],
  [
    "a port that no node has",
    '[{"service":"shop","nodes":["here:0"]}]',
    ['WEFT_PULL.0.nodes.0: must be HOST:PORT, got "here:0"'],
  ],
  [
    "a service named twice",
    '[{"service":"shop","nodes":["a:1"]},{"service":"shop","nodes":["b:1"]}]',
    ['WEFT_PULL.1.service: must be named once, got "shop"'],
  ],
])("%s is refused, and named", (_name, text, expected) => {
  expect(problems(text)).toEqual(expected);
});
