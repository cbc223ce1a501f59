import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { type Client, createClient } from "@weft/client";
import { decodeStruct } from "@weft/contracts";
import type { InspectRequestResponse, ListCallFlowsResponse } from "@weft/contracts/admin";
import { Code, Reason } from "@weft/core";
import { defineService, fn } from "@weft/service";
import { failure, type RunningMesh, runMesh } from "../../support/running-mesh.js";

let executed = 0;

const shop = defineService({
  name: "shop",
  version: "1.0.0",
  functions: {
    order: fn({
      permission: "public",
      timeoutMs: 2_000,
      args: { item: { type: "string", maxBytes: 4 } },
      handler: () => ++executed,
    }),
    watch: fn.stream({
      permission: "public",
      async *handler() {
        yield ++executed;
      },
    }),
    refund: fn({ permission: { role: ["clerk"] }, handler: () => ++executed }),
  },
});

let mesh: RunningMesh;
let client: Client;
beforeAll(async () => {
  mesh = await runMesh([shop]);
  client = createClient(mesh.address);
});
afterAll(async () => {
  client.close();
  await mesh.close();
});
beforeEach(() => {
  executed = 0;
});

test("a call that would be sent: every step passes, the nodes are listed, nothing is executed", async () => {
  const { steps, nodes, outcome, config } = await client.explain("shop.order", { item: "tea" });
  expect(steps.filter(({ passed }) => !passed)).toEqual([]);
  expect(steps.map(({ phase }) => phase)).toEqual(
    expect.arrayContaining(["resolve", "time-limit", "authorize", "validate"]),
  );
  expect(nodes).toMatchObject([{ node: expect.stringMatching(/^shop-/), chosen: true, excluded: "" }]);
  expect(outcome).toMatchObject({ code: Code.Ok });
  expect(config?.function).toBe("order");
  expect(executed).toBe(0);
});

test("a stream function is explained as the stream that it is", async () => {
  expect((await client.explain("shop.watch")).outcome).toMatchObject({ code: Code.Ok });
  expect(executed).toBe(0);
});

test("a refused call: the steps end with the one that refuses, and the outcome is its error", async () => {
  const { steps, outcome } = await client.explain("shop.order", { item: "coffee" });
  expect(steps.at(-1)).toMatchObject({ phase: "validate", passed: false, rule: "item: string" });
  expect(outcome).toMatchObject({ code: Code.InvalidArgument });
});

test("for somebody else: the rule that counts is theirs", async () => {
  const as = (...roles: string[]) => client.explain("shop.refund", {}, { as: { userId: "u1", roles } });
  expect((await as("clerk")).outcome).toMatchObject({ code: Code.Ok });
  expect((await as("guest")).outcome).toMatchObject({ code: Code.PermissionDenied });
});

test("a function that nobody knows", async () => {
  expect(await failure(client.explain("shop.nothing"))).toMatchObject({
    code: Code.NotFound,
    reason: Reason.FunctionNotFound,
  });
});

test("explaining for somebody else is an admin action", async () => {
  const closed = await runMesh([shop], { adminActions: [] });
  const stranger = createClient(closed.address);
  try {
    expect((await stranger.explain("shop.order", { item: "tea" })).outcome).toMatchObject({ code: Code.Ok });
    expect(await failure(stranger.explain("shop.refund", {}, { as: { userId: "u1" } }))).toMatchObject({
      code: Code.PermissionDenied,
      reason: Reason.AdminActionDenied,
    });
  } finally {
    stranger.close();
    await closed.close();
  }
});

test("the way of a function's calls: each step with its rule, whoever asks", async () => {
  const flows = await new Promise<ListCallFlowsResponse>((resolve, reject) =>
    mesh.admin.listCallFlows(
      { service: "shop", function: "", version: "", includeDisabled: false },
      (error, response) => (error === null ? resolve(response) : reject(error)),
    ),
  );
  expect(flows.flows.map(({ config }) => config?.function)).toEqual(["order", "refund", "watch"]);
  const [order] = flows.flows;
  expect(order?.reachable).toHaveLength(1);
  expect(order?.steps).toContainEqual({ phase: "validate", description: "item: string" });
  expect(executed).toBe(0);
});

test("a call can be looked up by its request id: who, where, how it ended", async () => {
  await client.call("shop.order", { item: "tea" }, { requestId: "look-me-up" });
  const { request } = await new Promise<InspectRequestResponse>((resolve, reject) =>
    mesh.admin.inspectRequest({ requestId: "look-me-up" }, (error, response) =>
      error === null ? resolve(response) : reject(error),
    ),
  );
  expect(decodeStruct(request as Buffer)).toMatchObject({
    function: "shop.order",
    state: "OK",
    peer_address: "127.0.0.1",
  });
  expect(JSON.stringify(decodeStruct(request as Buffer))).not.toContain("tea");
});
