import { expect, test } from "@jest/globals";
import { Code, Reason, silentLogger, WeftError } from "@weft/core";
import { fakeClock } from "@weft/core/testkit";
import { anonymous, type Identity } from "../../call.js";
import { type Connection, createConnection } from "../../connection.js";
import { fakeMesh } from "../../testkit.js";
import { authenticate } from "./authenticate.js";
import { trustedProxies } from "./trusted-proxies.js";
import { forwardedAddress, trustedProxy } from "./trusted-proxy.js";
import { type Authenticated, badCredentials, type Way } from "./way.js";

const user = (userId: string): Identity => ({ ...anonymous, userId });

/** Knows credentials of the form "NAME USER". */
function way(
  name: string,
  answer: (found: Authenticated) => ReturnType<Way["authenticate"]>,
  expiresAt = Infinity,
): Way {
  return {
    name,
    authenticate(connection) {
      const [scheme, userId = ""] = connection.metadata("authorization").split(" ");
      if (scheme !== name) return undefined;
      if (userId === "bad") throw badCredentials("as it says");
      return answer({ identity: user(userId), expiresAt });
    },
  };
}

const clock = fakeClock();
const atOnce = (found: Authenticated) => found;

/** What becomes of a connection with this metadata. */
async function connect(ways: readonly Way[], metadata: Readonly<Record<string, string>>, from = "10.0.0.1") {
  const proxies = trustedProxies(["10.0.0.1"]);
  const plugins = () => [
    authenticate({ ways: [...ways, trustedProxy(proxies)], clock, logger: silentLogger }),
    forwardedAddress(proxies),
  ];
  const mesh = await fakeMesh({ nodes: [], plugins, clock });
  const connection: Connection = createConnection(from, (key) => metadata[key] ?? "");
  try {
    const waits = mesh.connect(connection);
    await waits;
    return { connection, waited: waits !== undefined };
  } finally {
    await mesh.close();
  }
}

test("who has no credentials is anonymous, at once", async () => {
  const { connection, waited } = await connect([way("key", atOnce)], {});

  expect(connection).toMatchObject({ identity: anonymous, expiresAt: Infinity, peerAddress: "10.0.0.1" });
  expect(waited).toBe(false);
});

test("the first way that knows the credentials decides", async () => {
  const ways = [way("other", atOnce), way("key", atOnce), way("key", () => ({ identity: user("eve"), expiresAt: 0 }))];

  const { connection, waited } = await connect(ways, { authorization: "key ann" });

  expect(connection.identity.userId).toBe("ann");
  expect(waited).toBe(false);
});

test("a way may take its time, whether it knows them or not", async () => {
  const ways = [
    { name: "slow", authenticate: async () => undefined },
    way("key", async (found) => found, clock.wallTime() + 1),
  ];

  const { connection, waited } = await connect(ways, { authorization: "key ann" });

  expect(connection).toMatchObject({ identity: { userId: "ann" }, expiresAt: clock.wallTime() + 1 });
  expect(waited).toBe(true);
});

test.each<[string, Way, string, object]>([
  ["bad", way("key", atOnce), "key bad", { reason: Reason.Unauthenticated, message: "invalid credentials" }],
  ["unknown", way("key", atOnce), "Basic eDp5", { reason: Reason.Unauthenticated, message: "invalid credentials" }],
  ["over", way("key", atOnce, clock.wallTime()), "key ann", { reason: Reason.CredentialsExpired }],
  [
    "over, late",
    way("key", async (found) => found, clock.wallTime()),
    "key ann",
    { reason: Reason.CredentialsExpired },
  ],
])(
  "credentials that are %s are refused, also behind a proxy that vouches",
  async (_name, only, authorization, expected) => {
    const vouched = only.name === "key" && authorization.startsWith("key") ? { "x-weft-user": "ann" } : {};

    const refused = await connect([only], { authorization, ...vouched }).catch((error: unknown) => error);

    expect(refused).toBeInstanceOf(WeftError);
    expect(refused).toMatchObject({ code: Code.Unauthenticated, ...expected });
  },
);

test("a trusted proxy says who and where its client is", async () => {
  const metadata = { "x-weft-user": "ann", "x-weft-roles": " a,,b ", "x-forwarded-for": "203.0.113.9" };

  expect((await connect([], metadata)).connection).toMatchObject({
    identity: { userId: "ann", roles: ["a", "b"], tenant: "", deviceId: "" },
    peerAddress: "203.0.113.9",
    transportAddress: "10.0.0.1",
  });
  expect((await connect([], metadata, "10.0.0.2")).connection).toMatchObject({
    identity: anonymous,
    peerAddress: "10.0.0.2",
  });
});

test("roles without a user are nobody's", async () => {
  expect((await connect([], { "x-weft-roles": "admin" })).connection.identity).toEqual(anonymous);
});

test.each(["root,ann", "ann\u0000", "a".repeat(257)])("a proxy's user %j is refused", async (name) => {
  await expect(connect([], { "x-weft-user": name })).rejects.toMatchObject({ reason: Reason.Unauthenticated });
});
