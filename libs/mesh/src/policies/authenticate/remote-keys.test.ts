import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "@jest/globals";
import { Code, type Logger, Reason, silentLogger } from "@weft/core";
import { fakeClock } from "@weft/core/testkit";
import { CompactSign, compactVerify, exportJWK, generateKeyPair } from "jose";
import { remoteKeys } from "./remote-keys.js";

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0).reverse()) close();
});

const pairs = await Promise.all(["a", "b"].map(async (kid) => ({ kid, ...(await generateKeyPair("ES256")) })));

async function published(...kids: string[]): Promise<string> {
  const chosen = pairs.filter(({ kid }) => kids.includes(kid));
  const keys = await Promise.all(chosen.map(async ({ kid, publicKey }) => ({ ...(await exportJWK(publicKey)), kid })));
  return JSON.stringify({ keys });
}

/** A server whose answer the test changes, and what asks it. */
async function setUp(answer: { status: number; body: string }, logger: Logger = silentLogger) {
  let asked = 0;
  const server = createServer((_request, response) => {
    asked++;
    response.writeHead(answer.status, answer.status === 302 ? { location: "http://127.0.0.1:1/" } : {});
    response.end(answer.body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(
    () => server.closeAllConnections(),
    () => server.close(),
  );
  const clock = fakeClock();
  const { port } = server.address() as AddressInfo;
  const keys = remoteKeys({ url: `http://127.0.0.1:${port}/?key=canary`, clock, logger });

  /** Checks a token that this key has signed. */
  async function check(kid: string, signer = kid): Promise<"good"> {
    const pair = pairs.find((each) => each.kid === signer);
    if (pair === undefined) throw new Error(`no key ${signer}`);
    const token = await new CompactSign(Buffer.from("x"))
      .setProtectedHeader({ alg: "ES256", kid })
      .sign(pair.privateKey);
    await compactVerify(token, keys.find);
    return "good";
  }
  return { clock, keys, check, asked: () => asked };
}

const unavailable = { code: Code.Unavailable, reason: Reason.AuthUnavailable, retryAfterMs: 2_000 };
const unknown = { code: "ERR_JWKS_NO_MATCHING_KEY" };

test("keys are asked for once, by the first token", async () => {
  const { check, asked } = await setUp({ status: 200, body: await published("a", "b") });
  expect(asked()).toBe(0);

  expect(await Promise.all([check("a"), check("b"), check("a")])).toEqual(["good", "good", "good"]);
  expect(asked()).toBe(1);
});

test("after a failure they are asked for again, but not by every token", async () => {
  const answer = { status: 500, body: "" };
  const { clock, check, asked } = await setUp(answer);

  for (let i = 0; i < 3; i++) await expect(check("a")).rejects.toMatchObject(unavailable);
  expect(asked()).toBe(1);

  Object.assign(answer, { status: 200, body: await published("a") });
  clock.advance(2_000);
  expect(await check("a")).toBe("good");
});

test("a key that is not among them is asked for at once, then twice a minute at most", async () => {
  const answer = { status: 200, body: await published("a") };
  const { clock, check, asked } = await setUp(answer);
  await check("a");

  await expect(check("c", "a")).rejects.toMatchObject(unknown);
  answer.body = await published("a", "b");
  await expect(check("b")).rejects.toMatchObject(unknown);
  expect(asked()).toBe(2);

  clock.advance(30_000);
  expect(await check("b")).toBe("good");
  expect(asked()).toBe(3);
});

test("old keys are renewed behind the back of calls; a change is a new revision", async () => {
  const answer = { status: 200, body: await published("a", "b") };
  const { clock, keys, check } = await setUp(answer);
  await check("a");
  const before = keys.revision();

  clock.advance(300_000);
  expect(keys.revision()).toBe(before);
  await check("c", "a").catch(() => {}); // waits for the answer
  expect(keys.revision()).toBe(before);

  answer.body = await published("b");
  clock.advance(300_000);
  keys.revision();
  await check("c", "a").catch(() => {});
  expect(keys.revision()).not.toBe(before);
  await expect(check("a")).rejects.toMatchObject(unknown);
});

test("known keys are good while new ones cannot be had; of others it cannot be said", async () => {
  const answer = { status: 200, body: await published("a") };
  const { clock, keys, check } = await setUp(answer);
  await check("a");
  answer.status = 503;
  clock.advance(300_000);
  keys.revision();

  expect(await check("a")).toBe("good");
  await expect(check("b")).rejects.toMatchObject(unavailable);
});

test.each([
  ["HTTP status 500", { status: 500, body: "canary" }],
  ["no answer (connection failed)", { status: 302, body: "canary" }],
  ["over 262144 bytes", { status: 200, body: "canary".repeat(100_000) }],
  ["not a key set", { status: 200, body: "canary" }],
  ["not a key set", { status: 200, body: '{"keys":"canary"}' }],
])("the log says %s, and quotes nothing", async (problem, answer) => {
  const lines: object[] = [];
  const { check } = await setUp(answer, { ...silentLogger, warn: (fields) => lines.push(fields) });

  await expect(check("a")).rejects.toMatchObject(unavailable);

  expect(lines).toMatchObject([{ problem, has_keys: false }]);
  expect(JSON.stringify(lines)).not.toContain("canary");
});
