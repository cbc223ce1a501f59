import { promisify } from "node:util";
import { Server, ServerCredentials, type ServerDuplexStream } from "@grpc/grpc-js";
import { afterEach, expect, test } from "@jest/globals";
import { grpcStatus, statusFromError } from "@weft/contracts";
import {
  type ExecuteResponse,
  GatewayServiceService,
  type SessionCall,
  type SessionRequest,
  type SessionResponse,
  type SessionResult,
} from "@weft/contracts/gateway";
import { Code, Reason, WeftError } from "@weft/core";
import { fakeClock } from "@weft/core/testkit";
import { type Client, type ClientOptions, createClient } from "../client.js";
import { startFakeGateway } from "../testkit.js";

type SessionRpc = ServerDuplexStream<SessionRequest, SessionResponse>;

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0).reverse()) cleanup();
});

function answer(text: string): ExecuteResponse {
  const outcome = { $case: "resultJson", value: Buffer.from(JSON.stringify(text)) } as const;
  return { requestId: "r1", async: false, hasMore: false, outcome, node: "n1" };
}

/** A gateway that says of each call how it came: by which session, in which batch, or alone. */
async function gatewayOf(
  serve: (call: SessionCall, rpc: SessionRpc, session: number) => SessionResult["result"] | undefined,
  options: ClientOptions = {},
) {
  const seen = { sessions: [] as SessionRpc[], batches: [] as number[], alone: 0, ended: 0 };
  const gateway = await startFakeGateway({
    execute(_, respond) {
      seen.alone++;
      respond(null, answer("alone"));
    },
    session(rpc) {
      const session = seen.sessions.push(rpc);
      rpc.on("error", () => {});
      rpc.on("data", ({ calls }: SessionRequest) => {
        seen.batches.push(calls.length);
        for (const call of calls) {
          const result = serve(call, rpc, session);
          if (result !== undefined) rpc.write({ results: [{ id: call.id, result }] });
        }
      });
      rpc.on("end", () => {
        seen.ended++;
        rpc.end();
      });
    },
  });
  cleanups.push(gateway.close);
  const client = createClient(gateway.address, options);
  cleanups.push(client.close);
  return { client, seen };
}

const bySession = ({ call }: SessionCall): SessionResult["result"] | undefined =>
  call?.$case === "execute" ? { $case: "execute", value: answer("session") } : undefined;

/** After it, calls go by sessions. */
const begin = (client: Client) => client.call("a.b");

test("the first call is an RPC of its own, those that follow share a session", async () => {
  const { client, seen } = await gatewayOf(bySession);

  expect(await client.call("a.b")).toBe("alone");
  expect(await client.call("a.b")).toBe("session");
  expect(await Promise.all(Array.from({ length: 100 }, () => client.call("a.b")))).toEqual(Array(100).fill("session"));

  expect(seen).toMatchObject({ alone: 1, sessions: [expect.anything()] });
  expect(seen.batches.length).toBeLessThan(10);
  expect(Math.max(...seen.batches)).toBeLessThanOrEqual(32);
});

test("without batches, every call is an RPC of its own", async () => {
  const { client, seen } = await gatewayOf(bySession, { batch: false });

  for (let i = 0; i < 3; i++) expect(await client.call("a.b")).toBe("alone");

  expect(seen.sessions).toEqual([]);
});

test("a large call is an RPC of its own", async () => {
  const { client } = await gatewayOf(bySession);
  await begin(client);

  expect(await client.call("a.b", { text: "x".repeat(70_000) })).toBe("alone");
  expect(await client.call("a.b", { text: "x".repeat(60_000) })).toBe("session");
});

test("a gateway without sessions gets each call as an RPC of its own", async () => {
  const unimplemented = { code: Code.Unimplemented, details: "no such method" };
  const { client, seen } = await gatewayOf((_call, rpc) => {
    rpc.emit("error", unimplemented);
    return undefined;
  });

  for (let i = 0; i < 5; i++) expect(await client.call("a.b")).toBe("alone");

  expect(seen.alone).toBe(5);
});

test("calls of other headers have another session", async () => {
  let token = "t1";
  const { client, seen } = await gatewayOf(bySession, { token: () => token });
  await begin(client);
  await client.call("a.b");

  token = "t2";
  expect([await client.call("a.b"), await client.call("a.b")]).toEqual(["alone", "session"]);

  expect(seen.sessions.map(({ metadata }) => metadata.get("authorization"))).toEqual([["Bearer t1"], ["Bearer t2"]]);
});

test("calls each with headers of their own open no sessions", async () => {
  let count = 0;
  const { client, seen } = await gatewayOf(bySession, { metadata: () => ({ traceparent: String(++count) }) });

  for (let i = 0; i < 5; i++) expect(await client.call("a.b")).toBe("alone");

  expect(seen.sessions).toEqual([]);
});

test("a failure is the WeftError that the gateway sent", async () => {
  const refused = new WeftError(Code.NotFound, "no such place", { reason: "NO_SUCH_PLACE", domain: "places" });
  const { client } = await gatewayOf(() => ({ $case: "error", value: statusFromError(refused) }));
  await begin(client);

  await expect(client.call("a.b")).rejects.toMatchObject({ code: refused.code, reason: refused.reason });
});

test("a session that breaks fails what it has sent, honestly, and further calls go on", async () => {
  const { client } = await gatewayOf((call, rpc, session) => {
    if (session > 1) return bySession(call);
    rpc.emit("error", { code: Code.Internal, details: "gone" });
    return undefined;
  });
  await begin(client);

  await expect(client.call("a.b")).rejects.toMatchObject({
    code: Code.Unavailable,
    reason: Reason.ConnectionLost,
    metadata: { processed: "maybe" },
  });
  expect(await client.call("a.b")).toBe("alone");
});

test("a lost session is opened again after a pause", async () => {
  const clock = fakeClock();
  const { client } = await gatewayOf(
    (call, rpc, session) => {
      if (session > 1) return bySession(call);
      rpc.emit("error", { code: Code.Internal, details: "gone" });
      return undefined;
    },
    { clock },
  );
  await begin(client);
  await client.call("a.b").catch(() => {});
  expect([await client.call("a.b"), await client.call("a.b")]).toEqual(["alone", "alone"]);

  clock.advance(400);

  expect(await client.call("a.b")).toBe("session");
});

test.each<[string, WeftError]>([
  ["drained", new WeftError(Code.Unavailable, "draining", { reason: Reason.Draining })],
  ["has expired credentials", new WeftError(Code.Unauthenticated, "expired", { reason: Reason.CredentialsExpired })],
])("what a gateway had not begun when the session %s is sent again by itself", async (_what, error) => {
  const { client } = await gatewayOf((_call, rpc) => {
    rpc.emit("error", grpcStatus(error));
    return undefined;
  });
  await begin(client);

  expect(await client.call("a.b")).toBe("alone");
});

test("a session that drains takes no more calls, and finishes those under way", async () => {
  const { client, seen } = await gatewayOf((call, rpc) => {
    rpc.write({ results: [{ id: 0, result: { $case: "draining", value: {} } }] });
    rpc.prependOnceListener("end", () => {
      rpc.write({ results: [{ id: call.id, result: { $case: "execute", value: answer("late") } }] });
    });
    return undefined;
  });
  await begin(client);

  expect(await client.call("a.b")).toBe("late");
  expect(await client.call("a.b")).toBe("alone");
  expect(seen.sessions).toHaveLength(1);
});

test("a request id that only a session refuses goes by an RPC of its own", async () => {
  const inUse = new WeftError(Code.AlreadyExists, "in use", { reason: Reason.RequestIdInUse });
  const { client } = await gatewayOf(() => ({ $case: "error", value: statusFromError(inUse) }));
  await begin(client);

  expect(await client.call("a.b", {}, { requestId: "r1" })).toBe("alone");
});

test("a signal is a cancel of the one call, and so is a time limit", async () => {
  const cancelled: number[] = [];
  const abort = new AbortController();
  const { client, seen } = await gatewayOf((call) => {
    if (call.call?.$case === "cancel") cancelled.push(call.id);
    else if (call.timeoutMs > 30_000) setImmediate(() => abort.abort());
    else if (call.timeoutMs > 50) return bySession(call);
    return undefined;
  });
  await begin(client);

  const [aborted, late, fine] = await Promise.allSettled([
    client.call("a.b", {}, { timeoutMs: 40_000, signal: abort.signal }),
    client.call("a.b", {}, { timeoutMs: 50 }),
    client.call("a.b"),
  ]);

  expect(aborted).toMatchObject({ reason: { code: Code.Cancelled, reason: Reason.Cancelled } });
  expect(late).toMatchObject({ reason: { code: Code.DeadlineExceeded, reason: Reason.Timeout } });
  expect(fine).toEqual({ status: "fulfilled", value: "session" });
  expect(await client.call("a.b")).toBe("session");
  expect(cancelled.sort()).toEqual([1, 2]);
  expect(seen.sessions).toHaveLength(1);
});

test("a batch that nobody can read ends the session, and nobody knows what became of its calls", async () => {
  const raw = { ...GatewayServiceService.session, responseSerialize: (bytes: Buffer) => bytes };
  const server = new Server();
  server.addService(
    { session: raw },
    {
      session(rpc: ServerDuplexStream<SessionRequest, Buffer>) {
        rpc.on("error", () => {});
        rpc.on("data", () => rpc.write(Buffer.from([10, 200, 1])));
      },
    },
  );
  const port = await promisify(server.bindAsync.bind(server))("127.0.0.1:0", ServerCredentials.createInsecure());
  cleanups.push(() => server.forceShutdown());
  const client = createClient(`127.0.0.1:${port}`);
  cleanups.push(client.close);
  await begin(client).catch(() => {}); // such a gateway knows no Execute

  await expect(client.call("a.b")).rejects.toMatchObject({
    reason: Reason.ConnectionLost,
    metadata: { processed: "maybe" },
  });
});

test("a session that nobody uses ends", async () => {
  const clock = fakeClock();
  const { client, seen } = await gatewayOf(bySession, { clock });
  await begin(client);
  await client.call("a.b");

  clock.advance(1_000);

  while (seen.ended === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(clock.pending).toBe(0);
  expect([await client.call("a.b"), await client.call("a.b")]).toEqual(["alone", "session"]);
});

test("close lets calls finish", async () => {
  const { client, seen } = await gatewayOf((call, rpc) => {
    rpc.prependOnceListener("end", () => {
      rpc.write({ results: [{ id: call.id, result: { $case: "execute", value: answer("late") } }] });
    });
    return undefined;
  });
  await begin(client);

  const call = client.call("a.b");
  client.close();

  expect(await call).toBe("late");
  expect(seen.ended).toBe(1);
});
