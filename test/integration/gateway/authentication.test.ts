import { createHmac } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Metadata } from "@grpc/grpc-js";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { type Client, type ClientOptions, createClient } from "@weft/client";
import { errorFromGrpc } from "@weft/contracts";
import { ExecuteRequest, type ExecuteResponse, type GatewayServiceClient } from "@weft/contracts/gateway";
import { Code, Reason, WeftError } from "@weft/core";
import { createLogger } from "@weft/core/logger";
import { type GatewayOptions, gatewaySettings, startGateway } from "@weft/gateway";
import type { Connection, Pipeline } from "@weft/mesh";
import { cont, type Plugin } from "@weft/plugin-chain";
import { exportSPKI, generateKeyPair, SignJWT } from "jose";
import { type Issuer, startIssuer, unsignedToken } from "../../support/issuer.js";
import { frame, rawCall } from "../../support/raw-call.js";
import { failure, type RunningMesh, runMesh } from "../../support/running-mesh.js";
import { shiftedClock } from "../../support/shifted-clock.js";
import { whoService } from "../../support/who-service.js";
import { until } from "../../support/within.js";
import { weft } from "../cli/weft.js";

const { service: who, handled } = whoService();
const closing: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

let issuer: Issuer;
beforeEach(async () => {
  issuer = await startIssuer();
  closing.push(() => issuer.close());
});

async function run(settings: object = {}, options: GatewayOptions = {}): Promise<RunningMesh> {
  const mesh = await runMesh([who], { ...issuer.settings, ...settings }, options);
  closing.push(() => mesh.close());
  return mesh;
}

function clientOf(mesh: RunningMesh, options: ClientOptions): Client {
  const client = createClient(mesh.address, options);
  closing.push(() => client.close());
  return client;
}

async function keyFile(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "weft-keys-"));
  closing.push(() => rm(folder, { recursive: true }));
  const file = join(folder, "keys");
  await writeFile(file, text);
  return file;
}

const bad = { code: Code.Unauthenticated, reason: Reason.Unauthenticated, message: "invalid credentials" };
const expired = { code: Code.Unauthenticated, reason: Reason.CredentialsExpired, message: "credentials have expired" };

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

test("nothing behind the connection sees credentials or look-alikes", async () => {
  const keys = ["authorization", "x-weft-user", "x-weft-mesh-token", "x-forwarded-for", "x-weft-push-token", "other"];
  let connected: Connection | undefined;
  const left: string[] = [];
  const curious: Plugin<Pipeline> = {
    name: "curious",
    callbacks: {
      connect(connection) {
        connected = connection;
        return cont;
      },
      settled() {
        left.push(...keys.filter((key) => connected?.metadata(key) !== ""));
      },
    },
  };
  const mesh = await run({}, { plugins: [curious] });
  const metadata = Object.fromEntries(keys.map((key) => [key, "said by the client"]));

  await clientOf(mesh, { token: await issuer.token("ann"), metadata: () => metadata }).call("who.am_i");

  expect(left).toEqual(["x-weft-push-token", "other"]);
});

test.each<[string, unknown, object]>([
  [
    "says why, in full",
    new WeftError(Code.ResourceExhausted, "too many of you", { reason: "FULL", domain: "acme", retryAfterMs: 1_500 }),
    { code: Code.ResourceExhausted, message: "too many of you", reason: "FULL", domain: "acme", retryAfterMs: 1_500 },
  ],
  ["breaks", new Error("secret"), { code: Code.Internal, message: "Request processing failed" }],
])("a plugin that looks at connections and %s", async (_name, thrown, expected) => {
  const refusing = (later: boolean): Plugin<Pipeline> => ({
    name: "refusing",
    callbacks: {
      connect(connection) {
        if (connection.metadata("x-refuse") === "") return cont;
        if (later) return Promise.reject(thrown);
        throw thrown;
      },
    },
  });
  const before = handled();
  for (const later of [false, true]) {
    const mesh = await run({}, { plugins: [refusing(later)] });
    const client = clientOf(mesh, { metadata: () => ({ "x-refuse": "yes" }) });

    expect(await failure(client.call("who.am_i"))).toMatchObject(expected);
  }
  expect(handled()).toBe(before);
});

/** An RPC of its own, with these headers. */
function execute(client: GatewayServiceClient, headers: Readonly<Record<string, string>>) {
  const metadata = new Metadata();
  for (const [key, value] of Object.entries(headers)) metadata.set(key, value);
  let cancel = () => {};
  const answer = new Promise<ExecuteResponse>((resolve, reject) => {
    const request = ExecuteRequest.fromPartial({ service: "who", function: "am_i" });
    const rpc = client.execute(request, metadata, { deadline: Date.now() + 10_000 }, (error, response) => {
      if (error === null) resolve(response);
      else reject(errorFromGrpc(error));
    });
    cancel = () => rpc.cancel();
  });
  return { answer, cancel: () => cancel() };
}

test("callers of whom it is still being found out who they are have a limit, and may leave", async () => {
  const before = handled();
  let waiting = 0;
  let open = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  closing.push(() => open());
  const slow: Plugin<Pipeline> = {
    name: "slow",
    callbacks: {
      connect(connection) {
        if (connection.metadata("x-slow") === "") return cont;
        waiting++;
        return gate.then(() => cont);
      },
    },
  };
  const { client } = await run({ maxStreams: 2 }, { plugins: [slow] });
  const slowly = { "x-slow": "yes" };
  const [leaving, staying] = [execute(client, slowly), execute(client, slowly)];
  await until(() => waiting === 2, "two callers who wait");

  expect(await failure(execute(client, slowly).answer)).toMatchObject({
    code: Code.ResourceExhausted,
    reason: Reason.TooManyStreams,
  });
  leaving.cancel();
  expect(await failure(leaving.answer)).toMatchObject({ code: Code.Cancelled });
  await execute(client, {}).answer; // comes after the cancel, on the same connection
  open();
  expect(await staying.answer).toMatchObject({ node: expect.stringMatching(/^who-/) });
  expect(handled()).toBe(before + 2);
});

test("weft says who asks", async () => {
  const { address } = await run({ adminActions: [] });
  const token = await issuer.token("ann", { roles: ["admin"] });
  const ask = (...words: string[]) => weft(...words, "--gateway", address, "--json");

  expect(await ask("call", "who.users", "--token", token)).toMatchObject({ code: 0, out: '"ann"\n' });
  expect(await ask("nodes", "who", "--token", token)).toMatchObject({ code: 0, out: expect.stringMatching(/^\[\{/) });
  expect(await ask("nodes", "who")).toMatchObject({ code: 1, err: expect.stringContaining("ADMIN_ACTION_DENIED") });
});

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

describe("the issuer's keys", () => {
  test("a new one is found when the first token comes that needs it", async () => {
    const mesh = await run();
    const token = await issuer.token("ann");
    await clientOf(mesh, { token }).call("who.users");

    await issuer.rotate();

    expect(await clientOf(mesh, { token: await issuer.token("bob") }).call("who.users")).toBe("bob");
    expect(await clientOf(mesh, { token }).call("who.users")).toBe("ann");
    expect(issuer.asked).toBe(2);
  });

  test("tokens with invented key ids do not make the gateway ask again and again", async () => {
    const mesh = await run();
    await clientOf(mesh, { token: await issuer.token("ann") }).call("who.users");
    const { privateKey } = await generateKeyPair("ES256");

    for (let i = 0; i < 5; i++) {
      const token = await new SignJWT({}).setProtectedHeader({ alg: "ES256", kid: `invented-${i}` }).sign(privateKey);
      expect(await failure(clientOf(mesh, { token }).call("who.am_i"))).toMatchObject(bad);
    }

    expect(issuer.asked).toBe(2);
  });

  test.each([
    ["fail", { status: 500, body: "" }],
    ["are something else", { status: 200, body: "<html>keys</html>" }],
    ["are endless", { status: 200, body: `{"keys":[],"more":"${"x".repeat(1_000_000)}"}` }],
  ])("when they %s at first, callers are told to come again; anonymous ones are served", async (_name, answer) => {
    issuer.answer(answer);
    const mesh = await run();
    const token = await issuer.token("ann");

    const error = await failure(clientOf(mesh, { token }).call("who.am_i"));

    expect(error).toMatchObject({ code: Code.Unavailable, reason: Reason.AuthUnavailable });
    expect(error.retryAfterMs).toBeGreaterThan(0);
    expect(await clientOf(mesh, {}).call("who.am_i")).toMatchObject({ userId: "" });
  });

  test("those that are known are used while new ones cannot be had", async () => {
    const mesh = await run();
    await clientOf(mesh, { token: await issuer.token("ann") }).call("who.users");
    issuer.answer({ status: 503, body: "" });

    expect(await clientOf(mesh, { token: await issuer.token("bob") }).call("who.users")).toBe("bob");
  });
});

describe("a proxy", () => {
  const behind = (headers: Readonly<Record<string, string>>) => ({ metadata: () => headers });
  const vouched = { "x-weft-user": "ann", "x-weft-roles": "editor, admin,", "x-forwarded-for": "6.6.6.6, 203.0.113.9" };

  test("that is trusted says who calls, and from where", async () => {
    const seen: string[] = [];
    const mesh = await run(
      { trustedProxies: ["127.0.0.0/8", "::1"] },
      {
        plugins: [
          {
            name: "seen",
            callbacks: {
              settled({ request }) {
                seen.push(`${request.identity.userId} at ${request.peerAddress}`);
              },
            },
          },
        ],
      },
    );

    const answer = await clientOf(mesh, behind(vouched)).call("who.am_i");

    expect(answer).toEqual({ userId: "ann", roles: ["editor", "admin"], tenant: "" });
    expect(seen).toEqual(["ann at 203.0.113.9"]);
  });

  test("that is not trusted says nothing", async () => {
    const mesh = await run({ trustedProxies: ["10.0.0.0/8"] });

    expect(await clientOf(mesh, behind(vouched)).call("who.am_i")).toMatchObject({ userId: "", roles: [] });
  });

  test("with a token for its client: the token counts, good or bad", async () => {
    const mesh = await run({ trustedProxies: ["127.0.0.0/8"] });
    const token = await issuer.token("bob");

    expect(await clientOf(mesh, { ...behind(vouched), token }).call("who.users")).toBe("bob");
    expect(await failure(clientOf(mesh, { ...behind(vouched), token: "bad" }).call("who.users"))).toMatchObject(bad);
  });

  test("that adds its user beside the client's own is believed neither", async () => {
    const mesh = await run({ trustedProxies: ["127.0.0.0/8"] });

    const doubled = clientOf(mesh, behind({ "x-weft-user": "root, ann" }));

    expect(await failure(doubled.call("who.am_i"))).toMatchObject(bad);
  });
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
