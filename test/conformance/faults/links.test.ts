import { credentials, type ServiceError, status } from "@grpc/grpc-js";
import { afterEach, expect, test } from "@jest/globals";
import { channelOptions } from "@weft/contracts";
import { ExecuteRequest } from "@weft/contracts/gateway";
import { ExecuteRequest as NodeRequest, NodeServiceClient, StreamRequest } from "@weft/contracts/node";
import { Code, Reason, silentLogger, systemClock, type WeftError } from "@weft/core";
import { fakeClock, seededRandom } from "@weft/core/testkit";
import { grpcDial, type NodeConnection } from "@weft/mesh";
import { defineService, fn, type RunningService, serviceSettings, startService } from "@weft/service";
import { type CuttableProxy, cuttableProxy } from "../../support/cuttable-proxy.js";
import { freePort } from "../../support/free-port.js";
import { gated } from "../../support/gated-service.js";
import { failure, runMesh, unary } from "../../support/running-mesh.js";
import { until } from "../../support/within.js";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const text = { type: "string", maxBytes: 1_000_000 } as const;
let release = () => {};
const gate = () =>
  new Promise<void>((resolve) => {
    release = resolve;
  });

const echo = defineService({
  name: "echo",
  version: "1.0.0",
  functions: {
    // By default a call has one further attempt. On a slow machine the next cut, 200 ms later, may hit that one too.
    read: fn({ permission: "public", args: { text }, idempotent: true, retry: 3, handler: async (args) => args.text }),
    write: fn({ permission: "public", args: { text }, handler: async (args) => args.text }),
    slow: fn({ permission: "public", handler: () => gate() }),
    waits: fn({
      permission: "public",
      handler: (_args, { signal }) => new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve())),
    }),
    count: fn.stream({
      permission: "public",
      async *handler() {
        for (let i = 1; ; i++) {
          yield i;
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
      },
    }),
  },
});

/** A node that nobody finds. */
async function startNode(): Promise<RunningService> {
  const settings = serviceSettings.parse({ discovery: "embedded:127.0.0.1:1", drainDelayMs: 0, drainTimeoutMs: 1_000 });
  const node = await startService(echo, { settings, logger: silentLogger });
  closing.push(() => node.close());
  return node;
}

/** A node leaves some moments after it is told to. */
async function untilRefused(make: () => Promise<unknown>): Promise<never> {
  for (;;) await make();
}

const never = new AbortController().signal;

function call(connection: NodeConnection, name: string, value = "", { timeoutMs = 10_000, signal = never } = {}) {
  const args = name === "read" || name === "write" ? { text: value } : {};
  const request = NodeRequest.fromPartial({
    context: { timeoutMs },
    service: "echo",
    function: name,
    argsJson: Buffer.from(JSON.stringify(args)),
  });
  return connection.execute(request, { timeoutMs, signal }).then((json) => JSON.parse(Buffer.from(json).toString()));
}

/** A connection whose link is open: from here on calls go over it. */
async function linked(address: string, clock = systemClock): Promise<NodeConnection> {
  const dial = grpcDial({ credentials: credentials.createInsecure(), maxResponseBytes: 1_000_000, links: 1, clock });
  const connection = dial(address);
  closing.push(() => connection.close());
  // Meanwhile calls go by plain gRPC, with the same results. Each takes turns of the loop that both ends of the link share,
  // so that it is open after some of them, however slow the machine is.
  for (let i = 0; i < 50; i++) await call(connection, "read", "first");
  return connection;
}

test("faults LK1: links cut every 200 ms under load lose no idempotent call, and every call has its own result", async () => {
  const random = seededRandom(7);
  const mesh = await runMesh([]);
  closing.push(() => mesh.close());
  const proxies: CuttableProxy[] = [];
  for (let i = 0; i < 2; i++) {
    const proxy = await cuttableProxy();
    closing.push(() => proxy.close());
    proxies.push(proxy);
    // The proxy has to know where the node listens before anybody asks it.
    const meshListen = `127.0.0.1:${await freePort()}`;
    proxy.target = meshListen;
    await mesh.add(echo, { meshListen, advertise: proxy.address });
  }
  const endsAt = performance.now() + 3_000;
  let made = 0;
  const errors: { name: string; error: WeftError }[] = [];
  const ended = { own: 0, foreign: 0 };

  async function caller(name: "read" | "write"): Promise<void> {
    while (performance.now() < endsAt) {
      const value = `${name} ${made++}`;
      const argsJson = Buffer.from(JSON.stringify({ text: value }));
      const request = { service: "echo", function: name, arguments: { $case: "argsJson" as const, value: argsJson } };
      try {
        const { outcome } = await unary(mesh.client, "execute", ExecuteRequest.fromPartial(request));
        if (outcome?.value.toString() === JSON.stringify(value)) ended.own++;
        else ended.foreign++;
      } catch (error) {
        errors.push({ name, error: error as WeftError });
      }
    }
  }

  const cutting = setInterval(() => proxies[Math.floor(random() * 2)]?.cut(random()), 200);
  await Promise.all(Array.from({ length: 6 }, (_, i) => caller(i % 2 === 0 ? "read" : "write")));
  clearInterval(cutting);

  expect(ended.foreign).toBe(0);
  expect(ended.own + errors.length).toBe(made);
  expect(ended.own).toBeGreaterThan(errors.length);
  expect(errors.filter(({ name }) => name === "read").map(({ error }) => [error.message, error.metadata])).toEqual([]);
  for (const { error } of errors)
    expect(error).toMatchObject({
      code: Code.Unavailable,
      metadata: { processed: expect.stringMatching(/^(no|maybe)$/) },
    });
});

test("faults LK2: a node that stops reading fills a bounded queue, then loses the link; others go on", async () => {
  const clock = fakeClock();
  const node = await startNode();
  const proxy = await cuttableProxy(node.meshAddress);
  closing.push(() => proxy.close());
  const stuck = await linked(proxy.address, clock);
  const other = await linked(node.meshAddress);

  proxy.holdUp();
  const errors: WeftError[] = [];
  const value = "x".repeat(60_000);
  let sent = 0;
  while (errors.length === 0 && sent < 2_000) {
    sent++;
    call(stuck, "write", value, { timeoutMs: 60_000 }).catch((error) => errors.push(error));
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(errors[0]).toMatchObject({ code: Code.ResourceExhausted, reason: Reason.Overloaded });
  expect(sent * value.length).toBeLessThan(20_000_000); // what the sockets on the way hold included

  clock.advance(10_000);
  await until(() => errors.length === sent, "all calls over");
  for (const error of errors.slice(1))
    expect(error).toMatchObject({ reason: Reason.ConnectionLost, metadata: { processed: expect.any(String) } });
  expect(await call(other, "write", "fine")).toBe("fine");
});

test("faults LK3: a handler that takes its time holds up no other call of the link", async () => {
  const node = await startNode();
  const connection = await linked(node.meshAddress);
  const order: string[] = [];
  const slow = call(connection, "slow").then(() => order.push("slow"));

  const quick = await Promise.all(Array.from({ length: 1_000 }, (_, i) => call(connection, "read", `${i}`)));
  order.push("quick");
  release();
  await slow;

  expect(quick).toEqual(quick.map((_, i) => `${i}`));
  expect(order).toEqual(["quick", "slow"]);
});

test.each([
  ["cannot be decoded", Buffer.from([10, 200, 1, 8]), status.INVALID_ARGUMENT],
  ["is over the limit", Buffer.alloc(1_200_000), status.RESOURCE_EXHAUSTED],
])("faults LK4: a frame that %s closes the link; the process serves on", async (_, frame, code) => {
  const node = await startNode();
  const client = new NodeServiceClient(node.meshAddress, credentials.createInsecure(), channelOptions);
  closing.push(() => client.close());
  const asItIs = (bytes: Buffer) => bytes;
  const link = client.makeBidiStreamRequest("/weft.node.v1.NodeService/Link", asItIs, asItIs);
  const ended = new Promise<ServiceError>((resolve) => link.on("error", resolve));
  link.on("data", () => {});

  link.write(frame);

  expect((await ended).code).toBe(code);
  expect(await call(await linked(node.meshAddress), "read", "serves on")).toBe("serves on");
});

test("faults LK5: arguments and results below and above 64 KiB are the same either way", async () => {
  const node = await startNode();
  const connection = await linked(node.meshAddress);

  for (const length of [65_500, 65_600, 300_000, 900_000]) {
    const value = "x".repeat(length);
    expect(await call(connection, "write", value)).toBe(value);
  }
});

test("faults LK6: a node that drains finishes the calls of its links, and refuses new ones as never processed", async () => {
  const node = await startNode();
  const connection = await linked(node.meshAddress);
  const old = call(connection, "slow");
  await call(connection, "read", "behind it");

  const left = node.close();
  const next = await failure(untilRefused(() => call(connection, "read", "too late")));
  release();

  expect(await old).toBe(null);
  expect(next).toMatchObject({ code: Code.Unavailable, reason: Reason.Draining, domain: "weft" });
  await left;
});

test("faults LK6: calls that a draining node does not take go elsewhere", async () => {
  const held = gated();
  const mesh = await runMesh([]);
  closing.push(() => mesh.close());
  const leaving = await mesh.add(held.service, { drainDelayMs: 100 });
  const work = () => unary(mesh.client, "execute", ExecuteRequest.fromPartial({ service: "gated", function: "work" }));
  const old = Array.from({ length: 20 }, work);
  await until(() => held.begun() === 20, "calls on the first node");
  await mesh.add(held.service);

  const left = leaving.close();
  const later = Array.from({ length: 20 }, work);
  await until(() => held.begun() === 40, "calls on the second");
  held.release();
  await left;
  const last = Array.from({ length: 20 }, work);

  expect(await Promise.all([...old, ...later, ...last])).toHaveLength(60);
});

test("faults LK7: 10,000 cancels in 10 s leave a stream beside them alone", async () => {
  const node = await startNode();
  const connection = await linked(node.meshAddress);
  const stream = await connection.open(
    StreamRequest.fromPartial({ context: {}, service: "echo", function: "count", argsJson: Buffer.from("{}") }),
    { timeoutMs: Number.POSITIVE_INFINITY, signal: never },
  );
  let items = 0;
  let isOver = false;
  const reading = (async () => {
    for await (const _ of stream) {
      items++;
      if (isOver) return;
    }
  })();

  // 20 every 20 ms: 1,000 a second, as far as the machine keeps up.
  let cancelled = 0;
  for (let round = 0; round < 500; round++) {
    const pause = new Promise((resolve) => setTimeout(resolve, 20));
    const errors = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const abort = new AbortController();
        const failed = failure(call(connection, "waits", "", { signal: abort.signal }));
        setImmediate(() => abort.abort());
        return (await failed).reason;
      }),
    );
    cancelled += errors.filter((reason) => reason === Reason.Cancelled).length;
    await pause;
  }
  expect(cancelled).toBe(10_000);
  const before = items;
  await until(() => items > before, "the stream goes on");
  isOver = true;
  await reading;
  expect(await call(connection, "read", "the link too")).toBe("the link too");
});
