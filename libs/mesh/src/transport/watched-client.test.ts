import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { credentials, type ServiceError } from "@grpc/grpc-js";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { channelOptions, errorFromGrpc } from "@weft/contracts";
import { NodeServiceClient } from "@weft/contracts/node";
import type { WeftError } from "@weft/core";
import { fakeClock } from "@weft/core/testkit";
import { watchedClient } from "./watched-client.js";

let silent: Server;
let address: string;
const sockets = new Set<Socket>();

/** Takes connections and says nothing on them, like a process that was stopped. */
beforeEach(async () => {
  silent = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
  });
  await once(silent.listen(0, "127.0.0.1"), "listening");
  address = `127.0.0.1:${(silent.address() as AddressInfo).port}`;
});

afterEach(() => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  silent.close();
});

const open = () => new NodeServiceClient(address, credentials.createInsecure(), channelOptions);

function failureOf(client: NodeServiceClient): Promise<WeftError> {
  return new Promise((resolve, reject) =>
    client.getFunctions({ knownRevision: "" }, (error: ServiceError | null) =>
      error === null ? reject(new Error("the call did not fail")) : resolve(errorFromGrpc(error)),
    ),
  );
}

test("a channel that waits for a silent node is replaced after 5 s, and its calls were never sent", async () => {
  const clock = fakeClock();
  const watched = watchedClient(open, clock);
  const first = watched.current();
  const failure = failureOf(first);
  await once(silent, "connection");

  clock.advance(4_999);
  expect(watched.current()).toBe(first);
  clock.advance(1);

  expect(await failure).toMatchObject({ reason: "CONNECTION_LOST", metadata: { processed: "no" } });
  expect(watched.current()).not.toBe(first);
  const again = failureOf(watched.current());
  await once(silent, "connection"); // of its own: the stuck one is not used again
  clock.advance(5_000);
  expect(await again).toMatchObject({ reason: "CONNECTION_LOST" });
  watched.close();
});

test("one that does not get beyond refusals is replaced after 15 s", async () => {
  const clock = fakeClock();
  silent.close();
  const watched = watchedClient(open, clock);
  const first = watched.current();
  await failureOf(first);

  clock.advance(14_999);
  expect(watched.current()).toBe(first);
  clock.advance(1);
  expect(watched.current()).not.toBe(first);
  watched.close();
});

test("once closed it watches nothing and takes no calls", async () => {
  const clock = fakeClock();
  const watched = watchedClient(open, clock);
  const failure = failureOf(watched.current());
  await once(silent, "connection");

  watched.close();

  expect(await failure).toMatchObject({ metadata: { processed: "no" } });
  expect(clock.pending).toBe(0);
  expect(() => watched.current()).toThrow(expect.objectContaining({ reason: "CONNECTION_LOST" }));
});
