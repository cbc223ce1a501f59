import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { createClient } from "@weft/client";
import { Code, Reason, WeftError } from "@weft/core";
import { type CallView, hookEvents, type Pipeline } from "@weft/mesh";
import type { Plugin } from "@weft/plugin-chain";
import { defineService, fn } from "@weft/service";
import { failure, type RunningMesh, runMesh } from "../../support/running-mesh.js";
import { openStream } from "../../support/stream-reader.js";
import { testIdentity } from "../../support/test-identity.js";

let executed: unknown[] = [];
let seen: unknown[] = [];
const args = { n: { type: "num", default: 0 }, owner: { type: "string", default: "" } } as const;
const handler = (given: unknown) => {
  executed.push(given);
  return { result: given };
};
const hangs = () => new Promise(() => {});
const hook = (name: string, ...fixed: readonly unknown[]) => ({ hook: name, fixed });

const hooked = defineService({
  name: "hooked",
  version: "1.0.0",
  functions: {
    rejected: fn({ args, permission: "public", before: hook("answer", { error: "x" }), after: "watch", handler }),
    withArgs: fn({ args, permission: "public", before: hook("answer", { args: { n: 7 } }), handler }),
    withWrongArgs: fn({
      args,
      permission: "public",
      before: hook("answer", { args: { n: "7" } }),
      after: "watch",
      handler,
    }),
    asAnother: fn({ args, permission: { arg: "owner" }, before: hook("answer", { args: { owner: "u2" } }), handler }),
    odd: fn({ args, permission: "public", before: hook("answer", "whatever"), handler }),
    oddArgs: fn({ args, permission: "public", before: hook("answer", { args: 5 }), handler }),
    silent: fn({ args, permission: "public", before: "nothing", handler }),
    throwing: fn({ args, permission: "public", before: "throws", handler }),
    typed: fn({ args, permission: "public", before: "typed", handler }),
    late: fn({ args, permission: "public", before: "hangs", hookTimeoutMs: 30, after: "watch", handler }),
    unknown: fn({ args, permission: "public", before: "nowhere", handler }),
    replaced: fn({ args, permission: "public", after: hook("answerAfter", { value: "replaced" }), handler }),
    nulled: fn({ args, permission: "public", after: hook("answerAfter", { value: null }), handler }),
    kept: fn({ args, permission: "public", after: "watch", handler }),
    afterThrows: fn({ args, permission: "public", after: "throws", handler }),
    afterHangs: fn({ args, permission: "public", after: "hangs", hookTimeoutMs: 30, handler }),
    afterUnsendable: fn({ args, permission: "public", after: "unsendable", handler }),
    failing: fn({
      permission: "public",
      after: "watch",
      handler() {
        throw new WeftError(Code.NotFound, "nothing here", { reason: "NOTHING" });
      },
    }),
    hostedBefore: fn({ args, permission: "public", before: hook("double", 2), handler }),
    double: fn.callback({ handler: ({ args }: CallView, by: number) => ({ args: { n: Number(args.n) * by } }) }),
    hostedReject: fn({ args, permission: "public", before: "refuse", handler }),
    refuse: fn.callback({ handler: () => ({ error: "not here" }) }),
    hostedTyped: fn({ args, permission: "public", before: "refuseTyped", handler }),
    refuseTyped: fn.callback({
      handler() {
        throw new WeftError(Code.ResourceExhausted, "no credit", { reason: "NO_CREDIT" });
      },
    }),
    hostedAfter: fn({ args, permission: "public", after: hook("wrap", "by hook"), handler }),
    wrap: fn.callback({ handler: (_call: CallView, result: unknown, text: string) => ({ wrapped: result, text }) }),
    items: fn.stream({
      args,
      permission: "public",
      before: hook("answer", { args: { n: 2 } }),
      after: hook("answerAfter", { value: "ignored" }),
      async *handler({ n }) {
        for (let i = 1; i <= n; i++) yield i;
      },
    }),
    noItems: fn.stream({
      args,
      permission: "public",
      before: hook("answer", { error: "x" }),
      async *handler() {
        yield executed.push("stream");
      },
    }),
  },
});

const hooks: Plugin<Pipeline> = {
  name: "test-hooks",
  callbacks: {
    provide(offers) {
      const throws = () => {
        throw new Error("a secret of the hook");
      };
      const look = (_call: CallView, result: unknown) => void seen.push(result);
      offers.beforeHook("answer", (_call, answer) => answer);
      offers.beforeHook("nothing", () => {});
      offers.beforeHook("throws", throws);
      offers.beforeHook("typed", () => {
        throw new WeftError(Code.NotFound, "no such tenant", { reason: "NO_TENANT", domain: "acme" });
      });
      offers.beforeHook("hangs", hangs);
      offers.afterHook("answerAfter", (call, result, answer) => {
        look(call, result);
        return (answer as { readonly value: unknown }).value;
      });
      offers.afterHook("watch", look);
      offers.afterHook("throws", throws);
      offers.afterHook("hangs", hangs);
      offers.afterHook("unsendable", () => new Map());
    },
  },
};

let mesh: RunningMesh;
beforeAll(async () => {
  mesh = await runMesh([hooked], {}, { plugins: [testIdentity, hooks] });
});
afterAll(() => mesh.close());
beforeEach(() => {
  executed = [];
  seen = [];
});

async function call(name: string, given: Record<string, unknown> = {}): Promise<unknown> {
  const client = createClient(mesh.address, { metadata: () => ({ "x-test-user": "u1" }) });
  try {
    return await client.call(`hooked.${name}`, given);
  } finally {
    client.close();
  }
}

const rejected = (message: string) => ({ code: Code.FailedPrecondition, reason: Reason.HookRejected, message });

describe("functions F49: a before hook", () => {
  test.each([
    ["refuses", "rejected", rejected("hook rejected: x")],
    ["that throws refuses, and says no more", "throwing", rejected("hook rejected: the hook failed")],
    ["over its time limit refuses", "late", rejected("hook timed out after 30ms")],
    ["that does not exist refuses", "unknown", rejected("hook rejected: the hook failed")],
    ["keeps the code of its own error", "typed", { code: Code.NotFound, reason: "NO_TENANT", domain: "acme" }],
    ["on a node refuses", "hostedReject", rejected("hook rejected: not here")],
    ["on a node keeps the code of its error", "hostedTyped", { code: Code.ResourceExhausted, reason: "NO_CREDIT" }],
    ["gives arguments that are checked", "withWrongArgs", { code: Code.InvalidArgument }],
    ["gives arguments that the permission is asked about again", "asAnother", { code: Code.PermissionDenied }],
  ])("%s", async (_title, name, error) => {
    const given = name === "asAnother" ? { owner: "u1" } : {};

    expect(await failure(call(name, given))).toMatchObject(error);
    expect(executed).toEqual([]);
  });

  test.each([
    ["changes the arguments", "withArgs", { n: 1 }, { n: 7, owner: "" }],
    ["on a node changes them", "hostedBefore", { n: 4 }, { n: 8, owner: "" }],
    ["with an odd answer changes nothing", "odd", { n: 1 }, { n: 1, owner: "" }],
    ["with odd arguments changes nothing", "oddArgs", { n: 1 }, { n: 1, owner: "" }],
    ["without an answer changes nothing", "silent", { n: 1 }, { n: 1, owner: "" }],
  ])("%s", async (_title, name, given, arrived) => {
    expect(await call(name, given)).toEqual({ result: arrived });
    expect(executed).toMatchObject([arrived]);
  });
});

describe("functions F49: an after hook", () => {
  const original = { result: { n: 1, owner: "" } };

  test.each([
    ["replaces the result", "replaced", "replaced"],
    ["replaces it by null", "nulled", null],
    ["without an answer keeps it", "kept", original],
    ["that crashes keeps it", "afterThrows", original],
    ["that is slow keeps it", "afterHangs", original],
    ["whose answer cannot be sent keeps it", "afterUnsendable", original],
    ["on a node replaces it", "hostedAfter", { wrapped: original, text: "by hook" }],
  ])("%s", async (_title, name, result) => {
    expect(await call(name, { n: 1 })).toEqual(result);
    expect(executed).toHaveLength(1);
  });

  test.each([
    ["a result as data", "kept", [{ result: { n: 0, owner: "" } }]],
    ["a refusal by the before hook", "rejected", [{ error: { ...rejected("hook rejected: x") } }]],
    ["a before hook that was late", "late", [{ error: { ...rejected("hook timed out after 30ms") } }]],
    [
      "an error of the function",
      "failing",
      [{ error: { code: Code.NotFound, reason: "NOTHING", message: "nothing here" } }],
    ],
    ["nothing of refused arguments", "withWrongArgs", []],
  ])("sees %s", async (_title, name, results) => {
    await call(name).catch(() => {});

    expect(seen).toEqual(results);
  });
});

test("functions F49: of a stream the hooks see the arguments and the acceptance", async () => {
  const messages = await openStream(mesh.client, { service: "hooked", function: "items" }).rest();

  expect(messages.map(({ content }) => content?.$case)).toEqual(["started", "item", "item", "ended"]);
  expect(seen).toEqual([{ started: { node: expect.any(String) } }]);
});

test("functions F49: a stream that the before hook refuses never starts", async () => {
  const stream = openStream(mesh.client, { service: "hooked", function: "noItems" });

  expect(await failure(stream.rest())).toMatchObject(rejected("hook rejected: x"));
  expect(executed).toEqual([]);
});

test("functions F49: hooks are told of on the diagnostics channels", async () => {
  const told: string[] = [];
  const stop = Object.values(hookEvents).map((event) =>
    event.listen(({ hook: name }) => void told.push(`${event.name} ${name}`)),
  );

  await call("withArgs");
  await call("throwing").catch(() => {});
  await call("afterThrows");
  for (const end of stop) end();

  expect(told).toEqual([
    "weft.hook.before.start answer",
    "weft.hook.before.stop answer",
    "weft.hook.before.start throws",
    "weft.hook.before.exception throws",
    "weft.hook.after.start throws",
    "weft.hook.after.exception throws",
  ]);
});
