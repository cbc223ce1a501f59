import { expect, test } from "@jest/globals";
import { FunctionConfig } from "./gen/weft/v1/function.js";
import { decodeListValue, decodeValue } from "./payload/index.js";
import { fromProtoJson } from "./proto-json.js";

const read = (json: unknown) => FunctionConfig.decode(fromProtoJson("weft.v1.FunctionConfig", json));

test("a message is read from its JSON form, in either spelling of names", () => {
  const config = read({
    service: "places",
    function: "find",
    timeout_ms: "2000",
    rateLimits: [{ key: "user_id", max_requests: 5, windowMs: 1000 }],
    permission: { roles: { any_of: ["admin"] } },
    arguments: [{ name: "n", type: "num", default_value: 25 }],
    preset_arguments: ["a", { b: [null, 1.5] }],
  });

  expect(config).toMatchObject({ service: "places", function: "find", timeoutMs: 2000, version: undefined });
  expect(config.rateLimits).toEqual([{ key: "user_id", maxRequests: 5, windowMs: 1000 }]);
  expect(config.permission).toEqual({ rule: { $case: "roles", value: { anyOf: ["admin"] } } });
  expect(decodeValue(config.arguments[0]?.defaultValue ?? new Uint8Array())).toBe(25);
  expect(decodeListValue(config.presetArguments ?? new Uint8Array())).toEqual(["a", { b: [null, 1.5] }]);
});

test.each<[string, unknown, RegExp]>([
  ["a field that is not there", { functoin: "find" }, /functoin/],
  ["a value of another type", { function: 5 }, /function/],
  ["no object", [1], /FunctionConfig/],
])("%s is refused, and named", (_name, json, text) => {
  expect(() => read(json)).toThrow(text);
});
