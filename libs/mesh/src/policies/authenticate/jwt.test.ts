import { expect, test } from "@jest/globals";
import { Code, Reason } from "@weft/core";
import { type FakeClock, fakeClock } from "@weft/core/testkit";
import { CompactSign, type JWTPayload, SignJWT } from "jose";
import { createConnection } from "../../connection.js";
import { type JwtOptions, jwt } from "./jwt.js";
import type { TokenKeys } from "./token-keys.js";

const secret = Buffer.from("a secret of thirty-two bytes, ok");

/** Counts how often a token's signature was checked. */
function countedKeys(): TokenKeys & { checks: number; change(): void } {
  let revision = 0;
  const keys = {
    checks: 0,
    revision: () => revision,
    change() {
      revision++;
    },
    async find() {
      keys.checks++;
      return secret;
    },
  };
  return keys;
}

function setUp(options: Partial<JwtOptions> = {}) {
  const clock = fakeClock();
  const keys = countedKeys();
  const way = jwt({ keys, issuer: "i", audience: ["weft"], algorithms: ["HS256"], clockSkewMs: 0, clock, ...options });
  const ask = (authorization: string) =>
    way.authenticate(createConnection("10.0.0.1", (key) => (key === "authorization" ? authorization : "")));
  return { clock, keys, ask };
}

function sign(clock: FakeClock, lifeMs: number, claims: JWTPayload = {}): Promise<string> {
  const exp = Math.floor((clock.wallTime() + lifeMs) / 1_000);
  return new SignJWT({ iss: "i", aud: "weft", sub: "ann", exp, ...claims })
    .setProtectedHeader({ alg: "HS256" })
    .sign(secret);
}

test("a token costs one check of its signature, then no promise", async () => {
  const { clock, keys, ask } = setUp();
  const token = `Bearer ${await sign(clock, 60_000)}`;

  const first = await ask(token);
  const again = ask(token);

  expect(first?.identity).toEqual({ userId: "ann", roles: [], tenant: "", deviceId: "" });
  expect(first?.expiresAt).toBe(clock.wallTime() + 60_000);
  expect(again).toBe(first);
  expect(keys.checks).toBe(1);
});

test("calls that come together share the check", async () => {
  const { clock, keys, ask } = setUp();
  const token = `Bearer ${await sign(clock, 60_000)}`;

  await Promise.all([ask(token), ask(token), ask(token)]);

  expect(keys.checks).toBe(1);
});

test("after a change of keys a token is checked again", async () => {
  const { clock, keys, ask } = setUp();
  const token = `Bearer ${await sign(clock, 60_000)}`;
  await ask(token);

  keys.change();
  await ask(token);

  expect(keys.checks).toBe(2);
});

test("of more tokens than may be remembered the oldest is forgotten", async () => {
  const { clock, keys, ask } = setUp({ maxTokens: 2 });
  const tokens = await Promise.all(["1", "2", "3"].map(async (jti) => `Bearer ${await sign(clock, 60_000, { jti })}`));
  for (const token of tokens) await ask(token);

  for (const token of tokens.slice(1)) ask(token);
  expect(keys.checks).toBe(3);
  await ask(tokens[0] ?? "");
  expect(keys.checks).toBe(4);
});

test("a bad token is not remembered: it is checked each time, and refused", async () => {
  const { clock, keys, ask } = setUp();
  const token = `Bearer ${await sign(clock, 60_000, { aud: "elsewhere" })}`;

  for (let i = 0; i < 2; i++)
    await expect(ask(token)).rejects.toMatchObject({ code: Code.Unauthenticated, reason: Reason.Unauthenticated });
  expect(keys.checks).toBe(2);
});

test.each([
  ["the largest number", "1.7976931348623157e308", "ann"],
  ["more than any number", "1e999", undefined],
  ["a text", '"4102444800"', undefined],
  ["nothing", "null", undefined],
])("a token whose end is %s", async (_name, exp, userId) => {
  const claims = Buffer.from(`{"iss":"i","aud":["other","weft"],"sub":"ann","exp":${exp}}`);
  const token = await new CompactSign(claims).setProtectedHeader({ alg: "HS256" }).sign(secret);
  const asked = Promise.resolve(setUp().ask(`Bearer ${token}`));

  if (userId !== undefined) expect(await asked).toMatchObject({ identity: { userId } });
  else await expect(asked).rejects.toMatchObject({ code: Code.Unauthenticated, reason: Reason.Unauthenticated });
});

test("the issuer's clock may be off a little", async () => {
  const { clock, ask } = setUp({ clockSkewMs: 5_000 });
  const token = `Bearer ${await sign(clock, 1_000)}`;

  clock.advance(4_000);
  expect((await ask(token))?.expiresAt).toBe(clock.wallTime() + 2_000);

  clock.advance(60_000);
  const { ask: afresh } = setUp({ clockSkewMs: 5_000, clock });
  await expect(afresh(token)).rejects.toMatchObject({ reason: Reason.CredentialsExpired });
});

test.each(["=", "==", "!", "\u00a0x", "."])(
  "a good token with %j behind it is none: one token has one text",
  async (more) => {
    const { clock, keys, ask } = setUp();
    const token = `Bearer ${await sign(clock, 60_000)}`;
    await ask(token);

    const refused = (async () => ask(token + more))();

    await expect(refused).rejects.toMatchObject({ code: Code.Unauthenticated, reason: Reason.Unauthenticated });
    expect(keys.checks).toBe(1);
  },
);

test.each(["bearer", "BEARER", "Bearer"])("the scheme %s is this way's", async (scheme) => {
  const { clock, ask } = setUp();

  expect(await ask(`${scheme}  ${await sign(clock, 60_000)} `)).toMatchObject({ identity: { userId: "ann" } });
});

test.each(["", "Basic eDp5", "Bearer", "Bearerx y"])("%j is not", (authorization) => {
  expect(setUp().ask(authorization)).toBeUndefined();
});

test("a flood of tokens is refused beyond those that are being checked; known ones pass", async () => {
  const { clock, ask } = setUp();
  const known = `Bearer ${await sign(clock, 60_000)}`;
  await ask(known);

  const flood = Array.from({ length: 1_000 }, (_, i) => ask(`Bearer a.b.bad${i}`));

  expect(() => ask("Bearer a.b.more")).toThrow(
    expect.objectContaining({ code: Code.ResourceExhausted, reason: Reason.Overloaded, retryAfterMs: 1_000 }),
  );
  expect(ask(known)).toMatchObject({ identity: { userId: "ann" } });
  await Promise.allSettled(flood);
  await expect(ask("Bearer a.b.more")).rejects.toMatchObject({ reason: Reason.Unauthenticated });
});
