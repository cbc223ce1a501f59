import { describe, expect, test } from "@jest/globals";
import { Code, Reason } from "@weft/core";
import { generateKeyPair, SignJWT } from "jose";
import { failure } from "../../support/running-mesh.js";
import { bad, clientOf, issuer, run } from "./who-mesh.js";

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
