import { describe, expect, test } from "@jest/globals";
import { encodeListValue } from "@weft/contracts";
import { Code, Reason, systemClock, WeftError } from "@weft/core";
import type { Plugin } from "@weft/plugin-chain";
import type { CallRequest } from "../call.js";
import type { Catalogue } from "../catalogue/catalogue.js";
import type { Pipeline } from "../pipeline.js";
import { dispatch } from "../policies/dispatch.js";
import { resolve } from "../policies/resolve.js";
import { validate } from "../policies/validate.js";
import type { CallView, NodeResolver } from "../provided.js";
import { callRequest, type FakeMesh, fakeMesh, functionConfig } from "../testkit.js";
import type { NodeConnection } from "../transport/node-connection.js";
import { place } from "./place.js";

const clock = systemClock;

// The nodes a, b and c are at the ports 9000, 9001 and 9002; b has left discovery again, but answers.
const [aAddress, bAddress] = ["127.0.0.1:9000", "127.0.0.1:9001"];
const functions = [
  { function: "anywhere" },
  { function: "byId", nodes: ["nobody", "c"] },
  { function: "byAddress", nodes: [aAddress, aAddress] },
  { function: "outside", nodes: [bAddress] },
  { function: "inTurn", nodes: ["c", bAddress, "a"], chooseNode: { mode: "round_robin", key: "" } },
  { function: "nowhere", nodes: ["nobody", "not an address"] },
  { function: "here", nodes: ["local"] },
  { function: "chosenByNobody", chooseNode: { mode: "registered", key: "nobody" } },
  {
    function: "resolved",
    nodeResolver: "pick",
    nodeResolverArguments: encodeListValue(["eu", 7]),
  },
].map((fields) => functionConfig({ openArguments: true, ...fields }));

async function mesh(resolver?: NodeResolver): Promise<FakeMesh> {
  const offering: Plugin<Pipeline> = {
    name: "offering",
    callbacks: {
      provide(offers) {
        if (resolver !== undefined) offers.resolver("pick", resolver);
      },
    },
  };
  const plugins = (catalogue: Catalogue) => [
    offering,
    resolve({ catalogue, clock, discoveryWaitMs: 20 }),
    validate(),
    place({ catalogue, clock }),
    dispatch({ clock, caller: "test" }),
  ];
  const node = (name: string) => ({ name, functions, answer: () => name });
  const local = {
    service: "echo",
    connection: { execute: async () => Buffer.from('"here"') } as Partial<NodeConnection> as NodeConnection,
  };
  const started = await fakeMesh({ nodes: [node("a")], plugins, clock, local });
  const leave = started.join(node("b"));
  started.join(node("c"));
  leave();
  await listed(started, 2);
  return started;
}

async function listed(mesh: FakeMesh, count: number): Promise<void> {
  while (mesh.catalogue.services.get("echo")?.peers.length !== count) await new Promise(setImmediate);
  await mesh.catalogue.whenReady("echo");
}

async function run(mesh: FakeMesh, functionName: string, fields: Partial<CallRequest> = {}): Promise<unknown> {
  const request = callRequest(functionName, { room: 1 }, fields);
  const { json } = await mesh.execute(mesh.newCall(request, new AbortController()));
  return JSON.parse(Buffer.from(json).toString());
}

const errorOf = (promise: Promise<unknown>): Promise<WeftError> =>
  promise.then(
    () => Promise.reject(new Error("the call did not fail")),
    (error) => error,
  );

async function explained(mesh: FakeMesh, functionName: string) {
  const { steps, nodes } = await mesh.explain(await admitted(mesh, functionName));
  return { step: steps.find(({ phase }) => phase === "place"), nodes };
}

/** A call that has its target, as those that are explained have. */
async function admitted(mesh: FakeMesh, functionName: string) {
  const call = mesh.newCall(callRequest(functionName, {}), new AbortController());
  const target = mesh.catalogue.find("echo", functionName, "");
  if (typeof target === "object") call.target = target;
  return call;
}

describe("lists", () => {
  test.each([
    ["a node by its id; names that nobody has are left out", "byId", ["c"]],
    ["a node by its address", "byAddress", ["a"]],
    ["an address that discovery does not know", "outside", ["b"]],
    ["all of them, in their order", "inTurn", ["c", "b", "a", "c"]],
    ["the process of the caller", "here", ["here"]],
  ])("%s", async (_title, functionName, expected) => {
    const own = await mesh();

    const answers: unknown[] = [];
    for (let i = 0; i < expected.length; i++) answers.push(await run(own, functionName));

    expect(answers).toEqual(expected);
    await own.close();
  });

  test("a list of which nobody is left is no node available", async () => {
    const own = await mesh();

    expect(await errorOf(run(own, "nowhere"))).toMatchObject({
      code: Code.Unavailable,
      reason: Reason.NoNodesAvailable,
      retryAfterMs: expect.any(Number),
    });
    await own.close();
  });

  test("a list is worked out once, and anew when the nodes change", async () => {
    const own = await mesh();
    const candidates = () => {
      const target = own.catalogue.find("echo", "inTurn", "");
      return typeof target === "object" ? target.candidates : [];
    };
    const before = candidates();
    expect(candidates()).toBe(before);

    own.join({ name: "d", functions });
    await listed(own, 3);

    expect(candidates()).not.toBe(before);
    expect(candidates()).toEqual(before);
    await own.close();
  });
});

describe("resolvers", () => {
  test("get the call and their fixed arguments, each time, and decide", async () => {
    const asked: { view: CallView; fixed: readonly unknown[] }[] = [];
    const answers = [["a"], Promise.resolve([bAddress, "nobody"]), ["c", "c"], ["local"]];
    const own = await mesh((view, ...fixed) => {
      asked.push({ view, fixed });
      return answers[asked.length - 1];
    });

    const nodes = [];
    for (let i = 0; i < answers.length; i++) nodes.push(await run(own, "resolved", { requestId: `r${i}` }));

    expect(nodes).toEqual(["a", "b", "c", "here"]);
    expect(asked[1]).toMatchObject({
      view: { requestId: "r1", service: "echo", functionName: "resolved", args: { room: 1 } },
      fixed: ["eu", 7],
    });
    await own.close();
  });

  test.each<[string, NodeResolver | undefined, object]>([
    ["text instead of a list", () => "not_a_list", { metadata: { cause: "invalid_return_type", resolver: "pick" } }],
    ["nothing", () => undefined, { metadata: { cause: "invalid_return_type" } }],
    ["a list of other things", async () => ["a", 1], { metadata: { cause: "invalid_return_type" } }],
    ["a list with an empty name", () => [""], { metadata: { cause: "invalid_return_type" } }],
    [
      "a throw",
      () => {
        throw new Error("down");
      },
      { metadata: { cause: "exception" } },
    ],
    ["a rejection", () => Promise.reject(new WeftError(Code.NotFound, "no")), { metadata: { cause: "exception" } }],
    ["nobody of that name", undefined, { message: 'node resolver "pick" is not registered' }],
  ])("%s is a failed resolution", async (_title, resolver, expected) => {
    const own = await mesh(resolver);

    expect(await errorOf(run(own, "resolved"))).toMatchObject({
      code: Code.Unavailable,
      reason: Reason.DynamicNodeResolutionFailed,
      retryAfterMs: expect.any(Number),
      ...expected,
    });
    expect(own.calls).toEqual([]);
    await own.close();
  });

  test.each([
    ["an empty list", []],
    ["a list of nobody", ["nobody"]],
  ])("%s is no node available", async (_title, names) => {
    const own = await mesh(() => names);

    expect(await errorOf(run(own, "resolved"))).toMatchObject({ reason: Reason.NoNodesAvailable });
    await own.close();
  });

  test("the call's deadline holds while a resolver is at work", async () => {
    const own = await mesh(() => new Promise(() => {}));

    const error = await errorOf(run(own, "resolved", { deadlineAt: clock.now() + 20 }));

    expect(error).toMatchObject({ code: Code.DeadlineExceeded, reason: Reason.Timeout });
    await own.close();
  });
});

describe("explain", () => {
  test.each([
    ["anywhere", { mode: "any", list: [] }],
    ["byId", { mode: "list", list: ["nobody", "c"] }],
    ["here", { mode: "local", list: ["local"] }],
    ["resolved", { mode: "resolver", list: [], candidates: 1 }],
  ])("%s", async (functionName, details) => {
    const own = await mesh(() => ["c"]);

    expect((await explained(own, functionName)).step).toMatchObject({ details });
    await own.close();
  });

  test("a selector that nobody registered is a refusal", async () => {
    const own = await mesh();

    const { steps, nodes } = await own.explain(await admitted(own, "chosenByNobody"));

    expect(steps.at(-1)?.refusal).toMatchObject({ reason: Reason.NoNodesAvailable, metadata: { selector: "nobody" } });
    expect(nodes.map(({ chosen }) => chosen)).toEqual([false, false]);
    await own.close();
  });

  test("a resolver that fails is a refusal", async () => {
    const own = await mesh(() => null);

    const { step } = await explained(own, "resolved");

    expect(step?.refusal).toMatchObject({ reason: Reason.DynamicNodeResolutionFailed });
    await own.close();
  });

  test("the nodes that are left out say why", async () => {
    const own = await mesh();
    own.join({ name: "other", functions: [functionConfig({ function: "else" })] });
    await listed(own, 3);

    const { nodes } = await explained(own, "byId");

    expect(nodes.filter(({ excluded }) => excluded !== "").map(({ node, excluded }) => [node, excluded])).toEqual([
      ["a", "not_listed"],
      ["other", "not_listed"],
    ]);
    const others = (await explained(own, "anywhere")).nodes.filter(({ excluded }) => excluded !== "");
    expect(others.map(({ node, excluded }) => [node, excluded])).toEqual([["other", "no_such_version"]]);
    await own.close();
  });
});
