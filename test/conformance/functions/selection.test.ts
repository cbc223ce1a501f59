import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type Client, createClient } from "@weft/client";
import { encodeStruct } from "@weft/contracts";
import { ExecuteRequest } from "@weft/contracts/gateway";
import { Code, Reason, silentLogger } from "@weft/core";
import type { Offers } from "@weft/mesh";
import { defineService, fn, type RunningService, serviceSettings, startService } from "@weft/service";
import { failure, type RunningMesh, runMesh, unary } from "../../support/running-mesh.js";
import { openStream } from "../../support/stream-reader.js";

// Nobody listens there.
const deadAddress = "127.0.0.1:1";

const open = { permission: "public", openArguments: true, handler: () => "ok" } as const;
const rooms = (functions: Parameters<typeof defineService>[0]["functions"]) =>
  defineService({ name: "rooms", version: "1.0.0", functions });

/** What the resolvers of the gateway answer. */
const resolvers: Readonly<Record<string, (...fixed: readonly unknown[]) => unknown>> = {
  text: () => "not_a_list",
  nothing: () => undefined,
  numbers: async () => [1, 2],
  nulls: async () => [null],
  holes: () => new Array(2),
  throwing: () => {
    throw new Error("the list of nodes is gone");
  },
  rejecting: () => Promise.reject(new Error("the list of nodes is gone")),
  empty: () => [],
  strangers: () => ["rooms-gone-1-1", "not an address"],
  given: (...fixed) => Promise.resolve(fixed),
};
const failing = ["text", "nothing", "numbers", "nulls", "holes", "throwing", "rejecting", "unregistered"];
const withNobody = ["empty", "strangers"];

const offering = {
  name: "resolvers",
  callbacks: {
    provide(offers: Offers) {
      for (const [name, answer] of Object.entries(resolvers))
        offers.resolver(name, (_call, ...fixed) => answer(...fixed));
    },
  },
};

let mesh: RunningMesh;
let outside: RunningService;
let client: Client;
let nextId = 0;

beforeAll(async () => {
  // A node of the service that the gateway's discovery does not know.
  const functions = { fallback: fn(open), outside: fn(open), resolved: fn(open) };
  const settings = serviceSettings.parse({ drainDelayMs: 0, discovery: "embedded" });
  outside = await startService(rooms(functions), { settings, logger: silentLogger });
  const resolved = (resolver: string, fixed: readonly unknown[] = []) => fn({ ...open, nodes: { resolver, fixed } });
  const service = rooms({
    fallback: fn({ ...open, select: "round_robin", nodes: [deadAddress, outside.meshAddress] }),
    outside: fn({ ...open, nodes: [outside.meshAddress] }),
    resolved: resolved("given", [outside.meshAddress]),
    gone: fn({ ...open, nodes: ["rooms-gone-1-1"] }),
    here: fn({ ...open, nodes: "local" }),
    unknownSelector: fn({ ...open, select: { selector: "nobody" } }),
    ...Object.fromEntries([...failing, ...withNobody].map((name) => [name, resolved(name)])),
    items: fn.stream({ permission: "public", nodes: { resolver: "text" }, async *handler() {} }),
    byId: fn({ ...open, select: "hash" }),
    byRoom: fn({ ...open, select: { hash: "room_id" } }),
    inTurn: fn({ ...open, select: "round_robin" }),
    stuck: fn({ ...open, select: { sticky: "room_id" } }),
    byWeight: fn({ ...open, select: "weighted" }),
    byLoad: fn({ ...open, select: "least_request" }),
  });
  mesh = await runMesh([service], {}, { plugins: [offering] });
  await mesh.add(service);
  await mesh.add(service, { weight: 0 });
  client = createClient(mesh.address);
});
afterAll(async () => {
  client.close();
  await mesh.close();
  await outside.close();
});

type Payload = { $case: "argsJson"; value: Buffer } | { $case: "args"; value: Uint8Array };
const asJson = (args: object): Payload => ({ $case: "argsJson", value: Buffer.from(JSON.stringify(args)) });
const asStruct = (args: Readonly<Record<string, unknown>>): Payload => ({ $case: "args", value: encodeStruct(args) });

/** The node that a call ends on. */
async function nodeOf(functionName: string, payload: Payload = asJson({}), requestId = `r${nextId++}`) {
  const fields = { requestId, service: "rooms", function: functionName, arguments: payload };
  const { node } = await unary(mesh.client, "execute", ExecuteRequest.fromPartial(fields as object));
  return node;
}

async function nodesOf(count: number, run: (i: number) => Promise<string>): Promise<Set<string>> {
  return new Set(await Promise.all(Array.from({ length: count }, (_, i) => run(i))));
}

test("functions F34: the first node is dead, the second alive, no retry declared: success from the second", async () => {
  expect(await nodesOf(4, () => nodeOf("fallback"))).toEqual(new Set([outside.meshAddress]));
});

describe("where a call may go", () => {
  test.each(["outside", "resolved"])(
    "functions F35: a node that discovery does not list is called: %s",
    async (name) => {
      expect(await nodeOf(name)).toBe(outside.meshAddress);
    },
  );

  test.each(["gone", "here", ...withNobody])("functions F35: nobody is left: %s", async (name) => {
    expect(await failure(nodeOf(name))).toMatchObject({
      code: Code.Unavailable,
      reason: Reason.NoNodesAvailable,
      retryAfterMs: expect.any(Number),
    });
  });

  test.each([
    ["text", "invalid_return_type"],
    ["nothing", "invalid_return_type"],
    ["numbers", "invalid_return_type"],
    ["nulls", "invalid_return_type"],
    ["holes", "invalid_return_type"],
    ["throwing", "exception"],
    ["rejecting", "exception"],
    ["unregistered", "not_registered"],
  ])("functions F35: the resolver fails: %s is %s", async (name, cause) => {
    const error = await failure(nodeOf(name));

    expect(error).toMatchObject({
      code: Code.Unavailable,
      reason: Reason.DynamicNodeResolutionFailed,
      metadata: { resolver: name, cause },
      retryAfterMs: expect.any(Number),
    });
    expect(error.message).not.toContain("gone"); // what the resolver threw is for the log
  });

  test("functions F35: a stream's resolver fails in the same way", async () => {
    const stream = openStream(mesh.client, { service: "rooms", function: "items" });

    expect(await failure(stream.next())).toMatchObject({ reason: Reason.DynamicNodeResolutionFailed });
  });

  test("functions F35: a selector that nobody registered chooses no node", async () => {
    expect(await failure(nodeOf("unknownSelector"))).toMatchObject({
      reason: Reason.NoNodesAvailable,
      metadata: { selector: "nobody" },
    });
  });
});

describe("which node a call goes to", () => {
  test("functions F36: hash: one request id is one node over 100 calls, many ids are all nodes", async () => {
    expect((await nodesOf(100, () => nodeOf("byId", asJson({}), "always-this"))).size).toBe(1);
    expect((await nodesOf(100, (i) => nodeOf("byId", asJson({}), `id-${i}`))).size).toBe(3);
  });

  test("functions F36: {hash: room_id}: one room is one node for different request ids, many rooms are all nodes", async () => {
    expect((await nodesOf(30, () => nodeOf("byRoom", asJson({ room_id: "a" })))).size).toBe(1);
    expect((await nodesOf(100, (i) => nodeOf("byRoom", asJson({ room_id: `room-${i}` })))).size).toBe(3);
  });

  test("functions F36: the candidates are every node once, the one that the call goes to first", async () => {
    for (const room_id of ["a", "b", "c", "d"]) {
      const { nodes } = await client.explain("rooms.byRoom", { room_id });

      expect(new Set(nodes.map(({ node }) => node)).size).toBe(3);
      expect(nodes.map(({ chosen, excluded }) => [chosen, excluded])).toEqual([
        [true, ""],
        [false, ""],
        [false, ""],
      ]);
      expect(nodes[0]?.node).toBe(await nodeOf("byRoom", asJson({ room_id })));
    }
  });

  test.each([
    ["missing", {}],
    ["null", { room_id: null }],
    ["an object", { room_id: { a: [1] } }],
  ])("functions F36: the key is %s: some node, no error", async (_title, args) => {
    expect(await nodeOf("byRoom", asJson(args))).toMatch(/^rooms-/);
    expect(await nodeOf("stuck", asJson(args))).toMatch(/^rooms-/);
  });

  test("functions F36: round_robin takes each node once in a round, sticky the same one, weighted none of weight 0", async () => {
    const turns: string[] = [];
    for (let i = 0; i < 6; i++) turns.push(await nodeOf("inTurn"));
    expect(new Set(turns.slice(0, 3)).size).toBe(3);
    expect(turns.slice(3)).toEqual(turns.slice(0, 3));

    const first = await nodeOf("stuck", asJson({ room_id: 7 }));
    expect(await nodesOf(30, () => nodeOf("stuck", asJson({ room_id: "7" })))).toEqual(new Set([first]));

    expect((await nodesOf(100, () => nodeOf("byWeight"))).size).toBe(2);
    expect((await nodesOf(100, () => nodeOf("byLoad"))).size).toBe(3);
  });

  test("functions F36: explaining takes no turn", async () => {
    const before = [await nodeOf("inTurn"), await nodeOf("inTurn"), await nodeOf("inTurn")];
    for (let i = 0; i < 2; i++) await client.explain("rooms.inTurn", {});

    expect(await nodeOf("inTurn")).toBe(before[0]);
  });
});

test.each([
  ["42", [42, "42", 42.0]],
  ["-1.5", [-1.5, "-1.5"]],
  ["true", [true, "true"]],
  ["a text of many letters", ["a text of many letters"]],
  ["", [""]],
])("functions F37: the same text is the same node, whatever its type and encoding: %j", async (_text, values) => {
  const nodes = new Set<string>();

  for (const room_id of values)
    for (const payload of [asJson({ room_id }), asStruct({ room_id })]) nodes.add(await nodeOf("byRoom", payload));

  expect(nodes.size).toBe(1);
});
