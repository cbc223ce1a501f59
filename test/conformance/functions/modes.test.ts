import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type Client, createClient } from "@weft/client";
import { ExecuteRequest } from "@weft/contracts/gateway";
import { Code, Reason, WeftError } from "@weft/core";
import { defineService, fn } from "@weft/service";
import { failure, type RunningMesh, runMesh, unary } from "../../support/running-mesh.js";
import { testIdentity } from "../../support/test-identity.js";

const text = { type: "string" } as const;
const num = { type: "num" } as const;

/** Answers what it was called with; the last argument, the context, by what only it has. */
const called = (...args: readonly unknown[]) => [...args.slice(0, -1), typeof (args.at(-1) as { call?: unknown }).call];

const throwing = (thrown: unknown) =>
  fn({
    permission: "public",
    handler() {
      throw thrown;
    },
  });
const answering = (value: unknown) => fn({ permission: "public", handler: () => value });

const modes = (name: string) =>
  defineService({
    name,
    version: "1.0.0",
    functions: {
      object: answering({ a: [1, null, "x"] }),
      nothing: answering(null),
      missing: answering(undefined),
      list: answering([1, 2]),
      marker: answering({ error: "is data like any other" }),
      error: throwing(new Error("disk gone")),
      text: throwing("disk gone"),
      refusal: throwing(new WeftError(Code.NotFound, "no such thing", { reason: "THING_NOT_FOUND" })),
      nonsense: answering(new Map()),
      checked: fn({ permission: "public", args: { n: num }, handler: ({ n }) => n }),
      oneWay: fn({ permission: "public", mode: "none", args: { n: num }, handler: () => "nobody hears" }),

      map: fn({
        args: { a: text, b: num },
        permission: "public",
        requestInfo: true,
        preset: ["p", 1],
        handler: called,
      }),
      ordered: fn({
        args: { a: text, b: num },
        argOrder: ["b", "a"],
        permission: "public",
        requestInfo: true,
        preset: ["p"],
        handler: called,
      }),
      plain: fn({ args: { a: text }, permission: "public", handler: called }),
      bare: fn({ permission: "public", requestInfo: true, handler: called }),
      items: fn.stream({
        args: { a: text },
        argOrder: ["a"],
        permission: "public",
        requestInfo: true,
        preset: [{ fixed: true }],
        async *handler(...args) {
          yield* called(...args);
        },
      }),
    },
  });

let mesh: RunningMesh;
let client: Client;
beforeAll(async () => {
  mesh = await runMesh([modes("modes")], {}, { plugins: [testIdentity] });
  await mesh.add(modes("talkative"), { detailErrors: true });
  client = createClient(mesh.address, { metadata: () => ({ "x-test-user": "u1" }) });
});
afterAll(async () => {
  client.close();
  await mesh.close();
});

describe("functions F38:", () => {
  test.each([
    ["object", { a: [1, null, "x"] }],
    ["nothing", null],
    ["missing", null],
    ["list", [1, 2]],
    ["marker", { error: "is data like any other" }],
  ])("what a handler gives is the result: %s", async (name, result) => {
    expect(await client.call(`modes.${name}`)).toEqual(result);
  });

  const fixed = "Internal Server Error";
  test.each([
    ["error", fixed, `${fixed}: disk gone`],
    ["text", fixed, `${fixed}: disk gone`],
    ["nonsense", fixed, expect.stringMatching(/^Internal Server Error: the answer cannot be sent: .*Map/)],
  ])("what a handler throws is told only under detailErrors: %s", async (name, message, detailed) => {
    const internal = { code: Code.Internal, reason: Reason.Internal };

    expect(await failure(client.call(`modes.${name}`))).toMatchObject({ ...internal, message });
    expect(await failure(client.call(`talkative.${name}`))).toMatchObject({ ...internal, message: detailed });
  });

  test.each(["modes", "talkative"])("a typed error reaches the client as it is: %s", async (service) => {
    expect(await failure(client.call(`${service}.refusal`))).toMatchObject({
      code: Code.NotFound,
      message: "no such thing",
      reason: "THING_NOT_FOUND",
      domain: service,
    });
  });
});

describe("functions F39:", () => {
  test.each(["checked", "oneWay"])("bad arguments are refused before anything is acknowledged: %s", async (name) => {
    expect(await failure(client.call(`modes.${name}`, { n: "1" }))).toMatchObject({
      code: Code.InvalidArgument,
      reason: Reason.InvalidArgument,
      violations: [{ field: "args.n" }],
    });
  });

  test("a call of mode none is acknowledged with nothing", async () => {
    expect(await client.call("modes.oneWay", { n: 1 })).toBeUndefined();
  });
});

describe("functions F40:", () => {
  const info = { request_id: "r1", user_id: "", device_id: "d1" };
  const execute = async (name: string, args: object) => {
    const request = ExecuteRequest.fromPartial({
      service: "modes",
      function: name,
      requestId: "r1",
      deviceId: "d1",
      arguments: { $case: "argsJson", value: Buffer.from(JSON.stringify(args)) },
    });
    const { outcome } = await unary(mesh.client, "execute", request);
    return JSON.parse(String(outcome?.value));
  };

  test.each([
    ["map", { a: "x", b: 2 }, ["p", 1, { a: "x", b: 2 }, info]],
    ["ordered", { a: "x", b: 2 }, ["p", 2, "x", info]],
    ["plain", { a: "x" }, [{ a: "x" }]],
    ["bare", {}, [{}, info]],
  ])("presets, then arguments, then the request's information, then the context: %s", async (name, args, handed) => {
    expect(await execute(name, args)).toEqual([...handed, "function"]);
  });

  test("the user is the one that was authenticated", async () => {
    const [, sent] = (await client.call("modes.bare", {}, { requestId: "r2" })) as unknown[];

    expect(sent).toEqual({ request_id: "r2", user_id: "u1", device_id: "" });
  });

  test("a stream gets the same", async () => {
    const items: unknown[] = [];
    for await (const item of client.stream("modes.items", { a: "x" }, { requestId: "r3" })) items.push(item);

    expect(items).toEqual([{ fixed: true }, "x", { request_id: "r3", user_id: "u1", device_id: "" }, "function"]);
  });
});
