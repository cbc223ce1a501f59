import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { ExecuteRequest } from "@weft/contracts/gateway";
import { Code, WeftError } from "@weft/core";
import { createNode, registerNode, remoteBackend } from "@weft/discovery";
import { executorEvents, isCoolingDown } from "@weft/mesh";
import { defineService, type FunctionDeclaration, fn } from "@weft/service";
import { failure, type RunningMesh, runMesh, unary } from "../../support/running-mesh.js";
import { openStream } from "../../support/stream-reader.js";
import { until } from "../../support/within.js";
import { withoutStacks } from "../../support/without-stacks.js";

type Retry = FunctionDeclaration["retry"];

const callers = 64;

/** A service whose functions fail as often as their argument says, with an error of their own. */
function failing(retries: Readonly<Record<string, Retry | null>>) {
  const calls = new Map<string, number>();
  const function_ = (name: string, retry: Retry | null) =>
    fn({
      permission: "public",
      args: { times: { type: "num" } },
      ...(retry !== null && retry !== undefined && { retry }),
      handler({ times }, { requestId }) {
        const key = `${name} ${requestId}`;
        const count = (calls.get(key) ?? 0) + 1;
        calls.set(key, count);
        if (count <= times) throw new WeftError(Code.Aborted, "the stock has changed", { reason: "STOCK_CHANGED" });
        return "ok";
      },
    });
  const functions = Object.entries(retries).map(([name, retry]) => [name, function_(name, retry)]);
  const service = defineService({ name: "shop", version: "1.0.0", functions: Object.fromEntries(functions) });
  return {
    service,
    callsOf: (name: string, requestId: string) => calls.get(`${name} ${requestId}`) ?? 0,
    all: () => [...calls.values()].reduce((sum, count) => sum + count, 0),
  };
}

let mesh: RunningMesh;
let nextId = 0;

function execute(name: string, times: number, requestId = `r${nextId++}`) {
  const request = ExecuteRequest.fromPartial({
    requestId,
    service: "shop",
    function: name,
    arguments: { $case: "argsJson", value: Buffer.from(JSON.stringify({ times })) },
  });
  return unary(mesh.client, "execute", request, 60_000);
}

describe("attempts", () => {
  const shop = failing({ never: null, twice: 2, thrice: 3, here: { same_node: 1 }, everywhere: { all_nodes: 2 } });
  beforeAll(async () => {
    mesh = await runMesh([shop.service]);
  });
  afterAll(() => mesh.close());

  test.each<[string, string, number]>([
    ["no retry is one call", "never", 1],
    ["retry 2 is three calls", "twice", 3],
    ["same_node 1 is two calls", "here", 2],
    ["all_nodes 2 is three calls", "everywhere", 3],
  ])(
    "functions F31: where a function always fails, %s, and the client sees its own error",
    async (_title, name, calls) => {
      const requestId = `always-${name}`;

      const error = await failure(execute(name, Number.MAX_SAFE_INTEGER, requestId));

      expect(error).toMatchObject({ code: Code.Aborted, reason: "STOCK_CHANGED", domain: "shop" });
      expect([error.message, error.retryAfterMs]).toEqual(["the stock has changed", undefined]);
      expect(shop.callsOf(name, requestId)).toBe(calls);
    },
  );

  test.each<[string, string, number, number]>([
    ["fails twice, then answers: three calls", "thrice", 2, 3],
    ["fails once on the same node: two calls", "here", 1, 2],
    ["answers at once: one call", "thrice", 0, 1],
  ])("functions F32: a function that %s", async (_title, name, times, calls) => {
    const requestId = `some-${name}-${times}`;

    const { outcome } = await execute(name, times, requestId);

    expect(outcome).toMatchObject({ $case: "resultJson", value: Buffer.from('"ok"') });
    expect(shop.callsOf(name, requestId)).toBe(calls);
  });

  test("functions F33: the exhausted event carries the request and the mode as it was declared", async () => {
    const events: object[] = [];
    const end = executorEvents.retryExhausted.listen((message) => events.push(message));

    await failure(execute("everywhere", Number.MAX_SAFE_INTEGER, "out"));
    await failure(execute("here", Number.MAX_SAFE_INTEGER, "out-here"));
    end();

    expect(events).toMatchObject([
      { request_id: "out", mode: { all_nodes: 2 }, last_error: { reason: "STOCK_CHANGED" } },
      { request_id: "out-here", mode: { same_node: 1 }, last_error: { reason: "STOCK_CHANGED" } },
    ]);
  });

  test("functions F33: no such event when a retry succeeds, or none is declared", async () => {
    const events: object[] = [];
    const end = executorEvents.retryExhausted.listen((message) => events.push(message));

    await execute("thrice", 3);
    await failure(execute("never", 1));
    end();

    expect(events).toEqual([]);
  });
});

describe("the budget", () => {
  const shop = failing({ thrice: 3 });
  withoutStacks();
  beforeAll(async () => {
    mesh = await runMesh([shop.service]);
  });
  afterAll(() => mesh.close());

  test("functions F31: 3,000 calls of a function that always fails are at most 3,600 attempts", async () => {
    const calls = 3_000;
    const reasons = new Map<string, number>();
    let started = 0;

    const keepCalling = async () => {
      while (started < calls) {
        started++;
        const { reason } = await failure(execute("thrice", Number.MAX_SAFE_INTEGER));
        reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
      }
    };
    await Promise.all(Array.from({ length: callers }, keepCalling));

    expect([...reasons]).toEqual([["STOCK_CHANGED", calls]]);
    expect(shop.all()).toBeGreaterThan(calls);
    expect(shop.all()).toBeLessThanOrEqual(calls * 1.2);
  }, 120_000);
});

describe("a dead node", () => {
  afterEach(() => mesh.close());

  test("functions F34: where one node is dead, calls and streams succeed on the other, without any retry declared", async () => {
    const service = defineService({
      name: "shop",
      version: "1.0.0",
      functions: {
        buy: fn({ permission: "public", select: "round_robin", handler: () => "sold" }),
        watch: fn.stream({
          permission: "public",
          select: "round_robin",
          async *handler() {
            yield "sold";
          },
        }),
      },
    });
    mesh = await runMesh([]);
    const { node } = await mesh.add(service);
    const backend = remoteBackend(mesh.gateway.meshAddress);
    const { revision } = node;
    const dead = createNode({ service: "shop", address: "127.0.0.1:1", incarnation: 1, revision });
    const registrar = registerNode(backend, dead);
    const all = { service: "shop", includeDisabled: false, pageSize: 0, pageToken: "" };
    const isListed = async () => (await unary(mesh.client, "listFunctions", all)).functions[0]?.nodes === 2;
    await until(isListed, "a gateway that lists the dead node too");
    const lost: string[] = [];
    const end = executorEvents.failover.listen((message) => lost.push(`${message.request_type} ${message.node}`));

    for (let i = 0; i < 4; i++) {
      const request = ExecuteRequest.fromPartial({ service: "shop", function: "buy" });
      expect((await unary(mesh.client, "execute", request)).node).toBe(node.id);
    }
    const items = await openStream(mesh.client, { service: "shop", function: "watch" }).rest();
    end();
    await registrar.deregister();
    backend.close();

    expect(items.map(({ content }) => content?.$case)).toEqual(["started", "item", "ended"]);
    expect(lost).toContain(`buy ${dead.id}`);
  });
});

test.each([
  ["opened 10 s ago, cooldown 5 s: closed", 10_000, 5_000, false],
  ["opened 1 s ago, cooldown 5 s: open", 1_000, 5_000, true],
  ["opened exactly 5 s ago, cooldown 5 s: closed", 5_000, 5_000, false],
  ["cooldown 0: closed", 0, 0, false],
])("functions F46: a breaker %s", (_title, agoMs, cooldownMs, isOpen) => {
  expect(isCoolingDown(50_000 - agoMs, 50_000, cooldownMs)).toBe(isOpen);
});
