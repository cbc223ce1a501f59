import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { createClient } from "@weft/client";
import { Code, Reason } from "@weft/core";
import type { CallView, Pipeline } from "@weft/mesh";
import type { Plugin } from "@weft/plugin-chain";
import { defineService, fn } from "@weft/service";
import { failure, type RunningMesh, runMesh } from "../../support/running-mesh.js";
import { testIdentity } from "../../support/test-identity.js";

interface Caller {
  readonly user?: string;
  readonly roles?: string;
}

let executed = 0;
const handler = () => {
  executed++;
  return "done";
};
const text = { type: "string", allowNil: true } as const;
const any = { type: "any", allowNil: true } as const;

const guarded = defineService({
  name: "guarded",
  version: "1.0.0",
  functions: {
    owner: fn({ args: { user_id: text, a: any, b: any }, permission: { arg: "user_id" }, handler }),
    nested: fn({ args: { a: any, b: any }, permission: { arg: "user_id" }, handler }),
    listed: fn({ args: { a: any }, argOrder: ["a"], permission: { arg: "user_id" }, handler }),
    users: fn({ permission: "any_authenticated", handler }),
    unsaid: fn({ handler }),
    staff: fn({ permission: { role: ["admin", "moderator"] }, handler }),
    nobody: fn({ permission: { role: [] }, handler }),
    says: fn({ args: { answer: any }, permit: "says", handler }),
    overridden: fn({ permission: { role: [] }, permit: { callback: "fixed", fixed: [1, "two"] }, handler }),
    stricter: fn({ permission: "public", permit: { callback: "fixed", fixed: [2] }, handler }),
    throws: fn({ permission: "public", permit: "throws", handler }),
    hangs: fn({ permission: "public", permit: "hangs", timeoutMs: 100, handler }),
    unknown: fn({ permission: "public", permit: "nowhere", handler }),
    hosted: fn({ args: { answer: any }, permit: { callback: "isRight", fixed: ["right"] }, handler }),
    isRight: fn.callback({
      handler: (call: CallView, right: string) => call.args.answer === right && call.identity.userId === "u1",
    }),
    breaks: fn({ permit: "broken", handler }),
    broken: fn.callback({
      handler() {
        throw new Error("no");
      },
    }),
  },
});

const callbacks: Plugin<Pipeline> = {
  name: "test-callbacks",
  callbacks: {
    provide(offers) {
      offers.permissionCallback("says", ({ args }) => args.answer);
      offers.permissionCallback("fixed", (_call, ...fixed) => JSON.stringify(fixed) === '[1,"two"]');
      offers.permissionCallback("throws", () => {
        throw new Error("not today");
      });
      offers.permissionCallback("hangs", () => new Promise(() => {}));
    },
  },
};

let mesh: RunningMesh;
beforeAll(async () => {
  mesh = await runMesh([guarded], {}, { plugins: [testIdentity, callbacks] });
});
afterAll(() => mesh.close());
beforeEach(() => {
  executed = 0;
});

async function call(name: string, args: Record<string, unknown>, { user, roles = "" }: Caller): Promise<unknown> {
  const metadata: Record<string, string> = user === undefined ? {} : { "x-test-user": user, "x-test-roles": roles };
  const client = createClient(mesh.address, { metadata: () => metadata });
  try {
    return await client.call(`guarded.${name}`, args);
  } finally {
    client.close();
  }
}

const u1: Caller = { user: "u1" };
const nobody: Caller = {};
const unauthenticated = {
  code: Code.Unauthenticated,
  reason: Reason.Unauthenticated,
  message: "Authentication required",
};
const denied = {
  code: Code.PermissionDenied,
  reason: Reason.PermissionDenied,
  message: "Permission denied",
  retryAfterMs: undefined,
};

type Row = [title: string, name: string, args: Record<string, unknown>, caller: Caller, refusal?: object];

function rows(id: string, list: readonly Row[]): void {
  describe(`functions ${id}:`, () => {
    const padded = list.map(([title, name, args, caller, refusal]) => [title, name, args, caller, refusal] as const);
    test.each(padded)("%s", async (_title, name, args, caller, refusal) => {
      if (refusal === undefined) expect(await call(name, args, caller)).toBe("done");
      else expect(await failure(call(name, args, caller))).toMatchObject(refusal);
      expect(executed).toBe(refusal === undefined ? 1 : 0);
    });
  });
}

rows("F27", [
  ["the user named by the argument may", "owner", { user_id: "u1" }, u1],
  ["another may not", "owner", { user_id: "u2" }, u1, denied],
  ["nor where the argument is missing", "owner", {}, u1, denied],
  ["a caller without a user has to say who it is", "owner", { user_id: "u1" }, nobody, unauthenticated],
  ["also where the argument is empty", "owner", { user_id: "" }, nobody, unauthenticated],
  ["the argument is looked for one level down", "nested", { b: { user_id: "u1" } }, u1],
  ["there in the order of the names", "nested", { b: { user_id: "u1" }, a: { user_id: "u2" } }, u1, denied],
  ["and no deeper", "nested", { a: { b: { user_id: "u1" } } }, u1, denied],
  ["the top comes first", "owner", { a: { user_id: "u1" }, user_id: "u2" }, u1, denied],
  ["a map counts only where arguments come as a map", "listed", { a: { user_id: "u1" } }, u1, denied],
]);

rows("F28", [
  ["any user may", "users", {}, { user: "u" }],
  ["nobody in particular may not", "users", {}, nobody, unauthenticated],
  ["the same where nothing is declared", "unsaid", {}, { user: "u" }],
  ["and refused", "unsaid", {}, nobody, unauthenticated],
]);

rows("F29", [
  ["one role in common is enough", "staff", {}, { user: "u", roles: "admin,editor" }],
  ["another role is not", "staff", {}, { user: "u", roles: "viewer" }, denied],
  ["no role is not", "staff", {}, { user: "u" }, denied],
  ["without a user no role counts", "staff", {}, nobody, unauthenticated],
  ["an empty list refuses everybody", "nobody", {}, { user: "u", roles: "admin" }, denied],
]);

rows("F30", [
  ["true allows", "says", { answer: true }, nobody],
  ["false denies", "says", { answer: false }, u1, denied],
  ['"ok" denies', "says", { answer: "ok" }, u1, denied],
  ["1 denies", "says", { answer: 1 }, u1, denied],
  ["an object denies", "says", { answer: { allow: true } }, u1, denied],
  ["nothing denies", "says", {}, u1, denied],
  ["it overrides a permission that refuses, and gets its fixed arguments", "overridden", {}, nobody],
  ["it overrides a permission that allows", "stricter", {}, u1, denied],
  ["a throw denies", "throws", {}, u1, denied],
  ["one that hangs denies", "hangs", {}, u1, denied],
  ["one that does not exist denies", "unknown", {}, u1, denied],
  ["a node of the service is asked", "hosted", { answer: "right" }, u1],
  ["and may say no", "hosted", { answer: "wrong" }, u1, denied],
  ["and sees who calls", "hosted", { answer: "right" }, { user: "u2" }, denied],
  ["a throw on the node denies", "breaks", {}, u1, denied],
  ["nobody may call a callback himself", "isRight", { call: {}, fixed: [] }, u1, denied],
]);

test("functions F30: an unreachable node denies", async () => {
  const own = await runMesh([], {}, { plugins: [testIdentity] });
  const node = await own.add(guarded);
  const client = createClient(own.address, { metadata: () => ({ "x-test-user": "u1" }) });
  expect(await client.call("guarded.hosted", { answer: "right" })).toBe("done");

  await node.close();

  expect(await failure(client.call("guarded.hosted", { answer: "right" }))).toMatchObject(denied);
  client.close();
  await own.close();
});

test("functions F30: the node that was asked runs the function too", async () => {
  const asked: string[] = [];
  const twin = (name: string) =>
    defineService({
      name: "twin",
      version: "1.0.0",
      functions: {
        run: fn({ permit: "may", handler: () => name }),
        may: fn.callback({ handler: () => asked.push(name) > 0 }),
      },
    });
  const own = await runMesh([twin("a"), twin("b")]);
  const client = createClient(own.address);

  const ran: unknown[] = [];
  for (let i = 0; i < 20; i++) ran.push(await client.call("twin.run"));

  expect(ran).toEqual(asked);
  expect(new Set(ran).size).toBe(2);
  client.close();
  await own.close();
});
