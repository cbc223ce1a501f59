import { afterEach, expect, test } from "@jest/globals";
import { Code, Reason } from "@weft/core";
import type { CallView } from "@weft/mesh";
import { createTestMesh, type TestMesh } from "../testkit/test-mesh.js";
import { fn } from "./function.js";
import { defineService } from "./service.js";

let mesh: TestMesh;
afterEach(() => mesh.close());

const notes = (seen: CallView[] = []) =>
  defineService({
    name: "notes",
    version: "1.0.0",
    functions: {
      isOwner: fn.callback({
        handler(call, prefix: string) {
          seen.push(call);
          return call.args.owner === `${prefix}${call.identity.userId}`;
        },
      }),
      trim: fn.callback({ handler: ({ args }) => ({ args: { ...args, text: String(args.text).trim() } }) }),
      shout: fn.callback({
        handler: (_call, result: unknown, mark: string) => (result === "" ? undefined : `${result}${mark}`),
      }),
      read: fn({
        args: { owner: { type: "string" }, text: { type: "string", default: "" } },
        permit: { callback: "isOwner", fixed: ["user-"] },
        before: "trim",
        after: { hook: "shout", fixed: ["!"] },
        handler: ({ text }) => text,
      }),
    },
  });

test("a permission callback, a before and an after hook of the service itself decide for a function", async () => {
  const seen: CallView[] = [];
  mesh = await createTestMesh({ services: [notes(seen)] });
  const as = { userId: "u1", roles: ["r"], tenant: "acme", deviceId: "d1" };

  expect(await mesh.call("notes.read", { owner: "user-u1", text: " hi " }, { as, requestId: "r1" })).toBe("hi!");
  expect(await mesh.call("notes.read", { owner: "user-u1", text: "  " }, { as })).toBe("");
  await expect(mesh.call("notes.read", { owner: "user-u2" }, { as })).rejects.toMatchObject({
    code: Code.PermissionDenied,
  });

  expect(seen[0]).toMatchObject({
    requestId: "r1",
    service: "notes",
    functionName: "read",
    identity: as,
    peerAddress: "127.0.0.1",
    args: { owner: "user-u1", text: " hi " },
  });
});

test("nobody may call a callback", async () => {
  mesh = await createTestMesh({ services: [notes()] });

  await expect(
    mesh.call("notes.isOwner", { call: {}, fixed: [] }, { as: { userId: "u1", roles: ["admin"] } }),
  ).rejects.toMatchObject({ reason: Reason.PermissionDenied });
});
