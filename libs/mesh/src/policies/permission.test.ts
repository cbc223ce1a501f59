import { expect, test } from "@jest/globals";
import type { PlainObject } from "@weft/contracts";
import { FunctionConfig, type Permission } from "@weft/contracts/function";
import { type Identity, meshIdentity } from "../call.js";
import { compilePermission } from "./permission.js";

type Declared = Permission["rule"];
const everybody: Declared = { $case: "public", value: true };
const users: Declared = { $case: "anyAuthenticated", value: true };
const owner: Declared = { $case: "arg", value: "user_id" };
const staff: Declared = { $case: "roles", value: { anyOf: ["admin", "moderator"] } };
const ofMesh: Declared = { $case: "roles", value: { anyOf: ["weft.mesh"] } };
const noRole: Declared = { $case: "roles", value: { anyOf: [] } };

function permits(rule: Declared, identity: Partial<Identity>, args: PlainObject = {}): boolean {
  const config = { ...FunctionConfig.fromPartial({}), permission: rule && { rule } };
  return compilePermission(config).permits(
    { userId: "", roles: [], tenant: "", deviceId: "", ...identity },
    () => args,
  );
}

test.each([
  ["public lets everybody pass", everybody, {}, {}, true],
  ["any_authenticated needs a user", users, {}, {}, false],
  ["any_authenticated takes any user", users, { userId: "u" }, {}, true],
  ["a function that says nothing needs a user", undefined, {}, {}, false],
  ["a function that says nothing takes any user", undefined, { userId: "u" }, {}, true],
  ["arg lets the owner pass", owner, { userId: "u1" }, { user_id: "u1" }, true],
  ["arg refuses another user", owner, { userId: "u1" }, { user_id: "u2" }, false],
  ["arg refuses where the argument is missing", owner, { userId: "u1" }, {}, false],
  ["arg refuses anonymous callers, also with an empty argument", owner, {}, { user_id: "" }, false],
  ["arg looks one level down", owner, { userId: "u1" }, { order: { user_id: "u1" } }, true],
  [
    "arg takes the first map in the order of keys",
    owner,
    { userId: "u1" },
    { b: { user_id: "u1" }, a: { user_id: "x" } },
    false,
  ],
  ["arg prefers the top", owner, { userId: "u1" }, { user_id: "x", order: { user_id: "u1" } }, false],
  ["roles need an overlap", staff, { userId: "u", roles: ["admin", "editor"] }, {}, true],
  ["roles without overlap refuse", staff, { userId: "u", roles: ["viewer"] }, {}, false],
  ["roles refuse who has none", staff, { userId: "u" }, {}, false],
  ["the role of the mesh lets its own calls pass", ofMesh, meshIdentity, {}, true],
  ["an empty list of roles refuses all", noRole, { userId: "u", roles: ["a"] }, {}, false],
])("%s", (_name, rule, identity, args, expected) => {
  expect(permits(rule, identity, args)).toBe(expected);
});

test("a permission of a kind that is not understood refuses all", () => {
  const config = { ...FunctionConfig.fromPartial({}), permission: { rule: undefined } };

  expect(compilePermission(config).permits({ userId: "u", roles: [], tenant: "", deviceId: "" }, () => ({}))).toBe(
    false,
  );
});
