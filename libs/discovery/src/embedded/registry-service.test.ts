import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { afterEach, expect, test } from "@jest/globals";
import { Code, WeftError } from "@weft/core";
import { fakeClock } from "@weft/core/testkit";
import type { Backend } from "../backend.js";
import { createNode } from "../node.js";
import { createRegistry } from "./registry.js";
import { registryService } from "./registry-service.js";
import { remoteBackend } from "./remote-backend.js";

const node = createNode({ service: "places", address: "127.0.0.1:7000", incarnation: 5 });
const { signal } = new AbortController();
const cleanUps: (() => void)[] = [];

afterEach(() => {
  for (const cleanUp of cleanUps.splice(0).reverse()) cleanUp();
});

test("a node that is silent for 30 s is dropped, and told so", async () => {
  const { clock, registry, connect } = await served();
  const { lease, lost } = leaseOf(connect());
  await lease.put(node, signal);
  clock.advance(20_000);
  await lease.put(node, signal);
  clock.advance(29_999);
  expect(registry.size).toBe(1);

  clock.advance(1);

  expect(registry.size).toBe(0);
  await expect(lost).resolves.toMatchObject({ code: Code.DeadlineExceeded });
});

test("close ends joined nodes, watchers and newcomers with UNAVAILABLE", async () => {
  const { service, connect } = await served();
  const backend = connect();
  const { lease, lost } = leaseOf(backend);
  await lease.put(node, signal);
  const lists = [backend.watch("places", signal), backend.services(signal)].map((list) => list[Symbol.asyncIterator]());
  for (const list of lists) await list.next();

  const ends = lists.map((list) => expect(list.next()).rejects.toMatchObject({ code: Code.Unavailable }));
  service.close();

  await Promise.all(ends);
  await expect(lost).resolves.toMatchObject({ code: Code.Unavailable });
  await expect(leaseOf(connect()).lease.put(node, signal)).rejects.toMatchObject({ code: Code.Unavailable });
  const late = connect().watch("places", signal)[Symbol.asyncIterator]();
  await expect(late.next()).rejects.toMatchObject({ code: Code.Unavailable });
});

test("a refused node gets the reason, and its watches go on", async () => {
  const { clock, registry, connect } = await served();
  const backend = connect();
  const lists = backend.watch("places", signal)[Symbol.asyncIterator]();
  await lists.next();
  const { lease } = leaseOf(backend);

  await expect(lease.put({ ...node, service: "Places" }, signal)).rejects.toMatchObject({
    code: Code.InvalidArgument,
    message: expect.stringContaining("node.service"),
  });
  await leaseOf(connect()).lease.put(node, signal);
  await expect(lease.put({ ...node, incarnation: 4 }, signal)).rejects.toMatchObject({ code: Code.Aborted });
  expect(registry.size).toBe(1);
  clock.advance(50); // the registry's pause between two lists
  expect((await lists.next()).value).toEqual([node]);
});

test("an aborted put gives its place up", async () => {
  const { registry, connect } = await served();
  const { lease } = leaseOf(connect());
  const abort = new AbortController();

  const put = lease.put(node, abort.signal);
  abort.abort("enough");

  await expect(put).rejects.toBe("enough");
  await lease.put(node, signal);
  await lease.release(signal);
  expect(registry.size).toBe(0);
});

test("a peer that accepts and says nothing is a failure after 5 s, not a wait for ever", async () => {
  const sockets: Socket[] = [];
  const silent = createServer((socket) => sockets.push(socket)).listen(0, "127.0.0.1");
  await once(silent, "listening");
  cleanUps.push(() => {
    for (const socket of sockets) socket.destroy();
    silent.close();
  });
  const clock = fakeClock();
  const backend = remoteBackend(`127.0.0.1:${(silent.address() as AddressInfo).port}`, { clock });
  cleanUps.push(() => backend.close());

  const put = leaseOf(backend).lease.put(node, signal);
  const list = backend.watch("places", signal)[Symbol.asyncIterator]().next();
  await once(silent, "connection");
  clock.advance(5_000);

  const late = { code: Code.Unavailable, message: expect.stringContaining("no answer within 5000 ms") };
  await expect(put).rejects.toMatchObject(late);
  await expect(list).rejects.toMatchObject(late);
  expect(clock.pending).toBe(0);
});

/** A registry behind a real server; its clock is the test's. */
async function served() {
  const clock = fakeClock();
  const registry = createRegistry({ clock });
  const service = registryService(registry, { clock });
  const server = new Server();
  server.addService(...service.service);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  cleanUps.push(() => server.forceShutdown());
  const connect = (): Backend => {
    const backend = remoteBackend(`127.0.0.1:${port}`);
    cleanUps.push(() => backend.close());
    return backend;
  };
  return { clock, registry, service, connect };
}

function leaseOf(backend: Backend) {
  let report = (_: unknown) => {};
  const lost = new Promise<unknown>((resolve) => {
    report = resolve;
  });
  return { lease: backend.lease((error) => report(error)), lost: lost.then((error) => WeftError.from(error)) };
}
