import { expect, test } from "@jest/globals";
import { fakeClock } from "@weft/core/testkit";
import type { NodeConnection, RequestLimits } from "../transport/node-connection.js";
import { Impairments } from "./impairments.js";
import { createStaticPeers } from "./static-peers.js";

const limits: RequestLimits = { timeoutMs: 1_000, signal: new AbortController().signal };

function fakeDial() {
  const dialled: string[] = [];
  const open = new Set<string>();
  return {
    dialled,
    open,
    dial(address: string): NodeConnection {
      dialled.push(address);
      open.add(address);
      return {
        functions: async () => ({ revision: address, functions: [] }),
        close: () => open.delete(address),
      } as Partial<NodeConnection> as NodeConnection;
    },
  };
}

function staticPeers() {
  const clock = fakeClock();
  const fake = fakeDial();
  return { ...fake, clock, peers: createStaticPeers(fake.dial, { clock, impairments: new Impairments() }) };
}

test("an address has one peer, whose connection is opened by its first call", async () => {
  const { peers, dialled } = staticPeers();
  const peer = peers.at("10.0.0.1:7000");

  expect(peers.at("10.0.0.1:7000")).toBe(peer);
  expect(peer.id).toBe("10.0.0.1:7000");
  expect(dialled).toEqual([]);

  await peer.connection.functions(limits);
  await peer.connection.functions(limits);
  expect(dialled).toEqual(["10.0.0.1:7000"]);
});

test("a connection that is not used for 5 min is closed, and opened again by the next call", async () => {
  const { peers, open, dialled, clock } = staticPeers();
  const [idle, busy] = [peers.at("10.0.0.1:7000"), peers.at("10.0.0.2:7000")];
  await idle.connection.functions(limits);

  for (let minute = 0; minute < 10; minute++) {
    await busy.connection.functions(limits);
    clock.advance(60_000);
  }
  expect([...open]).toEqual(["10.0.0.2:7000"]);

  await idle.connection.functions(limits);
  expect(dialled).toEqual(["10.0.0.1:7000", "10.0.0.2:7000", "10.0.0.1:7000"]);
});

test("no timer waits once nothing is open", async () => {
  const { peers, clock } = staticPeers();
  await peers.at("10.0.0.1:7000").connection.functions(limits);

  clock.advance(600_000);

  expect(clock.pending).toBe(0);
});

test("at most 1,000 are open; the one unused longest goes, and still works for those that hold it", async () => {
  const { peers, open } = staticPeers();
  const first = peers.at("10.0.0.0:1");
  await first.connection.functions(limits);

  for (let port = 2; port <= 1_001; port++) await peers.at(`10.0.0.0:${port}`).connection.functions(limits);

  expect(open.size).toBe(1_000);
  expect(open.has("10.0.0.0:1")).toBe(false);
  expect(await first.connection.functions(limits)).toMatchObject({ revision: "10.0.0.0:1" });
  expect(open.size).toBe(1_000);
});

test("whoever holds an older peer of an address uses the same connection", async () => {
  const { peers, dialled } = staticPeers();
  const held = peers.at("10.0.0.0:1");
  for (let port = 2; port <= 1_001; port++) peers.at(`10.0.0.0:${port}`);
  const current = peers.at("10.0.0.0:1");
  expect(current).not.toBe(held);

  for (const peer of [held, current, held, current]) await peer.connection.functions(limits);

  expect(dialled).toEqual(["10.0.0.0:1"]);
});

test("closing closes everything", async () => {
  const { peers, open, clock } = staticPeers();
  await peers.at("10.0.0.1:7000").connection.functions(limits);

  peers.close();

  expect(open.size).toBe(0);
  expect(clock.pending).toBe(0);
});
