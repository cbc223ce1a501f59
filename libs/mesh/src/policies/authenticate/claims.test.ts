import { expect, test } from "@jest/globals";
import { defaultClaims, identityOf } from "./claims.js";

test("a token's claims become an identity", () => {
  const claims = { sub: "ann", roles: ["a", "b"], tenant: "acme", device_id: "phone-1" };

  expect(identityOf(claims, defaultClaims)).toEqual({
    userId: "ann",
    roles: ["a", "b"],
    tenant: "acme",
    deviceId: "phone-1",
  });
});

test("claims have the names that are configured", () => {
  const names = { user: "https://acme.test/user", roles: "groups", tenant: "org", device: "dev" };
  const claims = { sub: "nobody", "https://acme.test/user": "ann", groups: ["a"], org: "acme", dev: "d" };

  expect(identityOf(claims, names)).toEqual({ userId: "ann", roles: ["a"], tenant: "acme", deviceId: "d" });
});

test.each<[string, unknown, readonly string[]]>([
  ["a list", ["a", "b"], ["a", "b"]],
  ["a list with other things", ["a", "", 1, null, ["b"], { c: 1 }], ["a"]],
  ["a list with the mesh's own", ["weft.mesh", "a", "weft.", "weft"], ["a", "weft"]],
  ["one text", "admin", []],
  ["a map", { 0: "admin", length: 1 }, []],
  ["null", null, []],
  ["nothing", undefined, []],
])("roles that are %s", (_name, roles, expected) => {
  expect(identityOf({ sub: "ann", roles }, defaultClaims)?.roles).toEqual(expected);
});

test.each([undefined, null, "", 7, ["ann"], {}, "a".repeat(257), "ann\nroot", "ann\ud800"])(
  "a user %j is none",
  (sub) => {
    expect(identityOf({ sub }, defaultClaims)).toBeUndefined();
  },
);

test.each([undefined, null, "", 7, ["acme"], "a".repeat(257)])("a tenant %j is none", (tenant) => {
  expect(identityOf({ sub: "ann", tenant }, defaultClaims)?.tenant).toBe("");
});

test("only the claims themselves count, not what every object has", () => {
  expect(identityOf({}, { ...defaultClaims, user: "constructor" })).toBeUndefined();
});
