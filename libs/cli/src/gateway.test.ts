import { expect, test } from "@jest/globals";
import { gatewayTarget } from "./gateway.js";
import { UsageError } from "./usage-error.js";

const env = { WEFT_GATEWAY: "127.0.0.1:1", WEFT_TOKEN: "from-env" };

test.each([
  ["options", { gateway: "127.0.0.1:2", token: "mine" }, env, { address: "127.0.0.1:2", token: "mine" }],
  ["environment", {}, env, { address: "127.0.0.1:1", token: "from-env" }],
  ["empty environment", {}, { WEFT_GATEWAY: "", WEFT_TOKEN: "" }, { address: "127.0.0.1:7400" }],
  ["nothing", {}, {}, { address: "127.0.0.1:7400" }],
])("which gateway and who asks it, by %s", (_name, options, env, expected) => {
  expect(gatewayTarget(options, { env })).toEqual(expected);
});

test("an address that is none is refused by the name it came by", () => {
  expect(() => gatewayTarget({ gateway: "here" }, { env })).toThrow(UsageError);
  expect(() => gatewayTarget({}, { env: { WEFT_GATEWAY: "here" } })).toThrow(/WEFT_GATEWAY/);
});
