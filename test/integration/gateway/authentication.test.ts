import { createHmac } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { createClient } from "@weft/client";
import { Code, Reason } from "@weft/core";
import { createLogger } from "@weft/core/logger";
import { gatewaySettings, startGateway } from "@weft/gateway";
import { exportSPKI, generateKeyPair, SignJWT } from "jose";
import { unsignedToken } from "../../support/issuer.js";
import { frame, rawCall } from "../../support/raw-call.js";
import { failure, type RunningMesh } from "../../support/running-mesh.js";
import { shiftedClock } from "../../support/shifted-clock.js";
import { weft } from "../cli/weft.js";
import { bad, clientOf, closing, expired, issuer, run } from "./who-mesh.js";

test("a token says who calls: user, roles, tenant", async () => {
  const mesh = await run();
  const claims = { roles: ["editor", "", 7], tenant: "acme" };
  const client = clientOf(mesh, { token: await issuer.token("ann", claims) });

  expect(await client.call("who.am_i")).toEqual({ userId: "ann", roles: ["editor"], tenant: "acme" });
  expect(await client.call("who.users")).toBe("ann");
});

test("without credentials a caller is anonymous", async () => {
  const client = clientOf(await run(), {});

  expect(await client.call("who.am_i")).toEqual({ userId: "", roles: [], tenant: "" });
  expect(await failure(client.call("who.users"))).toMatchObject({
    code: Code.Unauthenticated,
    reason: Reason.Unauthenticated,
    message: "Authentication required",
  });
});

test("what a caller says of himself in metadata or arguments is nothing", async () => {
  const metadata = { "x-weft-user": "root", "x-weft-roles": "admin", "x-forwarded-for": "10.1.2.3" };
  const client = clientOf(await run(), { metadata: () => metadata });

  const said = await client.call("who.am_i", { user_id: "root", roles: ["admin"], user_roles: ["admin"] });

  expect(said).toEqual({ userId: "", roles: [], tenant: "" });
  expect(await failure(client.call("who.admins"))).toMatchObject({ code: Code.Unauthenticated });
});

test("weft says who asks", async () => {
  const { address } = await run({ adminActions: [] });
  const token = await issuer.token("ann", { roles: ["admin"] });
  const ask = (...words: string[]) => weft(...words, "--gateway", address, "--json");

  expect(await ask("call", "who.users", "--token", token)).toMatchObject({ code: 0, out: '"ann"\n' });
  expect(await ask("nodes", "who", "--token", token)).toMatchObject({ code: 0, out: expect.stringMatching(/^\[\{/) });
  expect(await ask("nodes", "who")).toMatchObject({ code: 1, err: expect.stringContaining("ADMIN_ACTION_DENIED") });
});

async function keyFile(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "weft-keys-"));
  closing.push(() => rm(folder, { recursive: true }));
  const file = join(folder, "keys");
  await writeFile(file, text);
  return file;
}

describe("faults P14: a token", () => {
  const hour = () => Math.floor(Date.now() / 1_000) + 3_600;

  test("whose HMAC was made with the public key is refused", async () => {
    const { publicKey, privateKey } = await generateKeyPair("RS256");
    const pem = await exportSPKI(publicKey);
    const file = await keyFile(pem);
    const mesh = await run({ jwtJwksUrl: undefined, jwtKeyFile: file });
    const claims = { iss: "https://issuer.test", aud: "weft", sub: "ann", exp: hour() };
    const signed = unsignedToken({ alg: "HS256" }, claims).slice(0, -1);
    const forged = `${signed}.${createHmac("sha256", pem).update(signed).digest("base64url")}`;
    const honest = await new SignJWT(claims).setProtectedHeader({ alg: "RS256" }).sign(privateKey);

    expect(await failure(clientOf(mesh, { token: forged }).call("who.am_i"))).toMatchObject(bad);
    expect(await clientOf(mesh, { token: honest }).call("who.users")).toBe("ann");
  });

  test("may be used again until it ends", async () => {
    const client = clientOf(await run(), { token: await issuer.token("ann") });

    for (let i = 0; i < 3; i++) expect(await client.call("who.users")).toBe("ann");
    expect(issuer.asked).toBe(1);
  });
});

test("a stream ends when the credentials of its caller do", async () => {
  const clock = shiftedClock();
  const exp = Math.floor(Date.now() / 1_000) + 60;
  const client = clientOf(await run({}, { clock }), { token: await issuer.token("ann", { exp }) });
  const items = client.stream("who.ticks")[Symbol.asyncIterator]();
  expect(await items.next()).toMatchObject({ value: 1 });

  clock.elapse(60_000);

  expect(await failure(items.next())).toMatchObject(expired);
  expect(await failure(client.call("who.am_i"))).toMatchObject(expired);
});

describe("an admin action", () => {
  const listNodes = (mesh: RunningMesh, headers: Readonly<Record<string, string>>) =>
    rawCall(mesh.address, { path: "/weft.v1.AdminService/ListNodes", body: frame(Buffer.alloc(0)), headers });

  test.each<[string, object, string[], Code]>([
    ["the role admin may", {}, ["admin"], Code.Ok],
    ["another role may not", {}, ["operator"], Code.PermissionDenied],
    ["another role may where the settings say so", { adminRole: "operator" }, ["operator"], Code.Ok],
  ])("%s", async (_name, settings, roles, expected) => {
    const mesh = await run({ adminActions: [], ...settings });
    const token = await issuer.token("ann", { roles });

    expect((await listNodes(mesh, { authorization: `Bearer ${token}` })).grpc).toBe(expected);
  });

  test("a role that the caller claims is none", async () => {
    const mesh = await run({ adminActions: [] });

    const refused = await listNodes(mesh, { "x-weft-user": "root", "x-weft-roles": "admin" });

    expect(refused).toMatchObject({ grpc: Code.PermissionDenied, message: "admin%20action%20denied" });
  });
});

test("no part of a token or key gets into the log or an error", async () => {
  const canary = "canary0TOKEN0canary";
  const lines: string[] = [];
  const logger = createLogger({
    service: "gateway",
    level: "debug",
    destination: { write: (line: string) => lines.push(line) },
  });
  const settings = { listen: "127.0.0.1:0", discovery: "embedded", drainDelayMs: 0, ...issuer.settings };
  const gateway = await startGateway(gatewaySettings.parse(settings), logger);
  closing.push(() => gateway.close());
  const address = gateway.publicAddress ?? "";
  const attempt = async (token: string) => {
    const client = createClient(address, { token });
    const error = await failure(client.call("who.am_i"));
    client.close();
    return error;
  };
  const told: object[] = [];

  issuer.answer({ status: 200, body: `{"keys": ${canary}}` });
  told.push(await attempt(await issuer.token(canary)));
  issuer.answer(undefined);
  for (const claims of [{ exp: 1 }, { aud: canary }, { iss: canary }, { sub: { canary } as never }])
    told.push(await attempt(await issuer.token(canary, claims)));
  told.push(
    await attempt(canary),
    await attempt(`${canary}.${canary}.${canary}`),
    await attempt(unsignedToken({ alg: canary })),
  );

  const encoded = Buffer.from(canary).toString("base64url").slice(2, -3);
  for (const text of [...lines, ...told.map((error) => JSON.stringify({ ...error, text: String(error) }))]) {
    expect(text).not.toContain(canary);
    expect(text).not.toContain(encoded);
  }
  expect(lines.filter((line) => line.includes("credentials refused"))).toHaveLength(told.length);
});
