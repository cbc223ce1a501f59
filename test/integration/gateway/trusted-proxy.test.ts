import { describe, expect, test } from "@jest/globals";
import { failure } from "../../support/running-mesh.js";
import { bad, clientOf, issuer, run } from "./who-mesh.js";

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
