import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type Client, createClient } from "@weft/client";
import type { Pipeline } from "@weft/mesh";
import type { Plugin } from "@weft/plugin-chain";
import { defineService, fn } from "@weft/service";
import { type RunningMesh, runMesh } from "../../support/running-mesh.js";
import { testIdentity } from "../../support/test-identity.js";

let asked = 0;
const service = defineService({
  name: "shop",
  version: "1.0.0",
  functions: {
    order: fn({
      args: { item: { type: "string" } },
      permit: "may",
      before: "look",
      after: "look",
      hookTimeoutMs: 300,
      resultCache: { ttlMs: 1_000, staleMs: 500, key: ["item"] },
      handler: () => ++asked,
    }),
    mine: fn({ args: { user: { type: "string" } }, permission: { arg: "user" }, handler: () => ++asked }),
    staff: fn({ permission: { role: ["clerk", "boss"] }, handler: () => ++asked }),
  },
});
const callbacks: Plugin<Pipeline> = {
  name: "test-callbacks",
  callbacks: {
    provide(offers) {
      offers.permissionCallback("may", () => ++asked);
      offers.beforeHook("look", () => ++asked);
      offers.afterHook("look", () => ++asked);
    },
  },
};

let mesh: RunningMesh;
let client: Client;
beforeAll(async () => {
  mesh = await runMesh([service], {}, { plugins: [testIdentity, callbacks] });
  client = createClient(mesh.address, { metadata: () => ({ "x-test-user": "u1", "x-test-roles": "guest" }) });
});
afterAll(async () => {
  client.close();
  await mesh.close();
});

test("callbacks, hooks and kept results are named, and none is asked", async () => {
  const { steps } = await client.explain("shop.order", { item: "tea" });

  const rules = Object.fromEntries(steps.map(({ phase, rule }) => [phase, rule]));
  expect(rules).toMatchObject({
    authorize: 'open to whom the callback "may" allows',
    "before-hook": 'the hook "look" may change or refuse a call, within 300 ms',
    "response-cache": "results are kept for 1000 ms, and given for 500 ms more, by item",
    "after-hook": 'the hook "look" may replace a result, within 300 ms',
  });
  expect(asked).toBe(0);
});

test.each([
  ["mine", { user: "u1" }, 'open to the user whose id is in the argument "user"', true],
  ["mine", { user: "u2" }, 'open to the user whose id is in the argument "user"', false],
  ["staff", {}, "open to users with one of the roles [clerk, boss]", false],
])("the permission of %s for %j is named: %s", async (name, args, rule, passed) => {
  const { steps } = await client.explain(`shop.${name}`, args);

  expect(steps.find(({ phase }) => phase === "authorize")).toMatchObject({ rule, passed });
});
