import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createClient } from "@weft/client";
import { ExecuteRequest } from "@weft/contracts/gateway";
import { Code, Reason } from "@weft/core";
import { generateKeyPair, SignJWT } from "jose";
import { healthClient } from "../../support/health-client.js";
import { type Issuer, startIssuer, unsignedToken } from "../../support/issuer.js";
import { frame, rawCall } from "../../support/raw-call.js";
import { failure, type RunningMesh, runMesh } from "../../support/running-mesh.js";
import { whoService } from "../../support/who-service.js";

const { service, handled } = whoService();
let issuer: Issuer;
let mesh: RunningMesh;
beforeAll(async () => {
  issuer = await startIssuer();
  mesh = await runMesh([service], issuer.settings);
});
afterAll(async () => {
  await mesh.close();
  await issuer.close();
});

async function call(metadata: Readonly<Record<string, string>>): Promise<unknown> {
  const client = createClient(mesh.address, { metadata: () => metadata });
  try {
    return await client.call("who.am_i");
  } finally {
    client.close();
  }
}

const bad = { code: Code.Unauthenticated, reason: Reason.Unauthenticated, message: "invalid credentials" };
const expired = { code: Code.Unauthenticated, reason: Reason.CredentialsExpired, message: "credentials have expired" };

describe("faults P14: a token", () => {
  const hour = () => Math.floor(Date.now() / 1_000) + 3_600;

  test.each<[string, () => Promise<string>, object]>([
    ["that has expired", () => issuer.token("ann", { exp: 1 }), expired],
    ["for another audience", () => issuer.token("ann", { aud: "elsewhere" }), bad],
    ["for no audience", () => issuer.token("ann", { aud: undefined as never }), bad],
    ["of another issuer", () => issuer.token("ann", { iss: "https://evil.test" }), bad],
    ["without an end", () => issuer.token("ann", { exp: undefined as never }), bad],
    ["that begins later", () => issuer.token("ann", { nbf: hour() }), bad],
    ["without a user", () => issuer.token("", {}), bad],
    ["whose user is no text", () => issuer.token("ann", { sub: 7 as never }), bad],
    ["with another signature", async () => `${(await issuer.token("ann")).slice(0, -8)}AAAAAAAA`, bad],
    ["without a signature", async () => `${(await issuer.token("ann")).replace(/[^.]+$/, "")}`, bad],
    ["with alg none", async () => unsignedToken({ alg: "none" }), bad],
    ["with alg None", async () => unsignedToken({ alg: "None", kid: "key-1" }), bad],
    ["that is no token", async () => "secret-of-ann", bad],
    ["of endless length", async () => "a".repeat(10_000), bad],
    [
      "by a key of somebody else, under the issuer's key id",
      async () => {
        const { privateKey } = await generateKeyPair("ES256");
        return new SignJWT({ iss: "https://issuer.test", aud: "weft", sub: "ann", exp: hour() })
          .setProtectedHeader({ alg: "ES256", kid: "key-1" })
          .sign(privateKey);
      },
      bad,
    ],
  ])("%s is refused before the message is read", async (_name, token, expected) => {
    const before = handled();

    const error = await failure(call({ authorization: `Bearer ${await token()}` }));

    expect(error).toMatchObject(expected);
    expect(handled()).toBe(before);
  });
});

test.each([
  ["a broken message", frame(Buffer.from([0xff, 0xff, 0xff, 0xff]))],
  ["a message over every limit", frame(Buffer.alloc(3_000_000))],
  ["half a message", frame(Buffer.alloc(100)).subarray(0, 50)],
])("%s of a refused caller is not read", async (_name, body) => {
  const { address } = mesh;
  const path = "/weft.v1.GatewayService/Execute";

  const refused = await rawCall(address, { path, body, headers: { authorization: "Bearer nonsense" } });

  expect(refused).toMatchObject({ grpc: Code.Unauthenticated, message: "invalid%20credentials" });
});

test.each(["Basic YW5uOnNlY3JldA==", "Bearer", "nonsense"])(
  "credentials %j of another kind are bad ones",
  async (value) => {
    expect(await failure(call({ authorization: value }))).toMatchObject(bad);
  },
);

test("bad credentials are refused everywhere but by health and reflection", async () => {
  const headers = { authorization: "Bearer nonsense" };
  const body = frame(Buffer.from(ExecuteRequest.encode(ExecuteRequest.create()).finish()));
  const grpc = async (path: string) => (await rawCall(mesh.address, { path, body, headers })).grpc;

  expect(await grpc("/weft.v1.GatewayService/ListFunctions")).toBe(Code.Unauthenticated);
  expect(await grpc("/weft.v1.GatewayService/StopStream")).toBe(Code.Unauthenticated);
  expect(await grpc("/weft.v1.AdminService/ListNodes")).toBe(Code.Unauthenticated);
  expect(await grpc("/grpc.health.v1.Health/Check")).toBe(Code.Ok);
  const health = healthClient(mesh.address);
  expect(await health.check("")).toBe("SERVING");
  health.close();
});
