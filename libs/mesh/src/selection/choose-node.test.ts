import { describe, expect, test } from "@jest/globals";
import { Node } from "@weft/discovery";
import { type Call, createCall, targetOf } from "../call.js";
import type { FunctionVariant } from "../catalogue/target.js";
import { Impairments } from "../peers/impairments.js";
import { Peer } from "../peers/peer.js";
import { callRequest, functionConfig } from "../testkit.js";
import type { NodeConnection } from "../transport/node-connection.js";
import { chooseNode, explainUsable } from "./choose-node.js";
import { wellPeers } from "./well-peers.js";

const config = functionConfig({ function: "work" });
/** A connection whose node says what it is told to. */
class FakeConnection {
  drains = (_isDraining: boolean) => {};

  onDraining(listener: (isDraining: boolean) => void): void {
    this.drains = listener;
  }

  close(): void {}
}

function peers(...ids: string[]): Peer[] {
  const impairments = new Impairments();
  const connection = () => new FakeConnection() as unknown as NodeConnection;
  return ids.map((id) => new Peer(Node.fromPartial({ id }), connection(), impairments));
}

const connectionOf = ({ connection }: Peer) => connection as unknown as FakeConnection;

/** A call whose selector always takes the first of those that it may. */
function callOn(candidates: readonly Peer[]): Call {
  const call = createCall(callRequest("work"), new AbortController(), 0);
  const selector = { pick: (_call: Call, usable: readonly Peer[]) => usable[0] as Peer };
  call.target = { variant: { config, selector } as unknown as FunctionVariant, candidates, isDisabled: false };
  return call;
}

function openBreaker(peer: Peer, nowMs: number): void {
  for (let i = 0; i < 5; i++) peer.breakers.settled(config, "failed", nowMs, peer.breakers.started(config, nowMs));
}

const chosen = (candidates: readonly Peer[], nowMs = 0, call = callOn(candidates)) => chooseNode(call, nowMs).id;

describe("left out are", () => {
  test.each<[string, (peer: Peer, call: Call) => void]>([
    ["nodes that failed this call", (peer, call) => call.tried.push(peer)],
    ["nodes whose connection failed", (peer) => peer.ejection.failed(0)],
    ["nodes that have asked for no more calls", (peer) => connectionOf(peer).drains(true)],
    ["nodes where this function's breaker is open", (peer) => openBreaker(peer, 0)],
    ["nodes that have left", (peer) => peer.leave()],
  ])("%s", (_name, impair) => {
    const [a, b] = peers("a", "b") as [Peer, Peer];
    const call = callOn([a, b]);

    impair(a, call);

    expect(chosen([a, b], 0, call)).toBe("b");
  });

  test("but not nodes where another function's breaker is open", () => {
    const [a, b] = peers("a", "b") as [Peer, Peer];
    const other = functionConfig({ function: "other" });
    for (let i = 0; i < 5; i++) a.breakers.settled(other, "failed", 0, false);

    expect(chosen([a, b])).toBe("a");
  });
});

describe("a node that a policy has chosen", () => {
  test("is taken, also one that failed this call, and only once", () => {
    const [a, b] = peers("a", "b") as [Peer, Peer];
    const call = callOn([a, b]);
    call.tried.push(b);
    call.chosen = b;

    expect(chooseNode(call, 0).id).toBe("b");
    expect(chooseNode(call, 0).id).toBe("a");
  });

  test("is passed over while it is left out", () => {
    const [a, b] = peers("a", "b") as [Peer, Peer];
    const call = callOn([a, b]);
    b.ejection.failed(0);
    call.chosen = b;

    expect(chooseNode(call, 0).id).toBe("a");
  });
});

describe("where nobody would be left", () => {
  test("ejection is not believed", () => {
    const [a] = peers("a") as [Peer];
    a.ejection.failed(0);

    expect(chosen([a])).toBe("a");
  });

  test("a node that drains is asked, but after one that was ejected", () => {
    const [a, b] = peers("a", "b") as [Peer, Peer];
    const call = callOn([a, b]);
    connectionOf(a).drains(true);
    b.ejection.failed(0);

    expect(chosen([a, b], 0, call)).toBe("b");
    call.tried.push(b);
    expect(chosen([a, b], 0, call)).toBe("a");
  });

  test("a breaker is for a second, and the refusal says how long", () => {
    const all = peers("a", "b") as [Peer, Peer];
    openBreaker(all[0], 0);
    openBreaker(all[1], 400);

    expect(() => chosen(all, 900)).toThrow(expect.objectContaining({ reason: "CIRCUIT_OPEN", retryAfterMs: 100 }));
    expect(chosen(all, 1_000)).toBe("a");
  });

  test("there is no node where there are none", () => {
    const [a] = peers("a") as [Peer];
    a.leave();

    expect(() => chosen([])).toThrow(expect.objectContaining({ reason: "NO_NODES_AVAILABLE" }));
    expect(() => chosen([a])).toThrow(expect.objectContaining({ reason: "NO_NODES_AVAILABLE" }));
  });
});

test("after its cooldown a node gets one call, until that has ended", () => {
  const [a, b] = peers("a", "b") as [Peer, Peer];
  openBreaker(a, 0);

  expect([chosen([a, b], 4_999), chosen([a, b], 5_000)]).toEqual(["b", "a"]);
  const isProbe = a.breakers.started(config, 5_000);
  expect(chosen([a, b], 5_001)).toBe("b");
  a.breakers.settled(config, "succeeded", 5_002, isProbe);
  expect(chosen([a, b], 5_003)).toBe("a");
});

test("what is left out stays one list, as long as nothing changes but the time before anybody may be tried", () => {
  const [a, b, c] = peers("a", "b", "c") as [Peer, Peer, Peer];
  const all = [a, b, c];
  a.ejection.failed(0);
  openBreaker(b, 0);

  const well = wellPeers(all, config.hash, 1);
  expect(well).toEqual([c]);
  expect(wellPeers(all, config.hash, 999)).toBe(well);
  expect(wellPeers(all, "another function", 999)).toEqual([b, c]);
  expect(wellPeers(all, config.hash, 1_000)).toEqual([a, c]);
  a.ejection.started(1_000);
  expect(wellPeers(all, config.hash, 1_001)).toEqual([c]);
  a.ejection.released();
  expect(wellPeers(all, config.hash, 1_002)).toEqual([a, c]);
  a.ejection.succeeded(1_003);
  b.breakers.reset("");
  expect(wellPeers(all, config.hash, 1_004)).toBe(all);
});

test("a node that no longer drains is back", () => {
  const [a, b] = peers("a", "b") as [Peer, Peer];

  connectionOf(a).drains(true);
  expect(chosen([a, b])).toBe("b");
  connectionOf(a).drains(false);
  expect(chosen([a, b])).toBe("a");
});

test("a node that has left is not taken from a list that still has it, wherever it stands there", () => {
  const [a, b, c] = peers("a", "b", "c") as [Peer, Peer, Peer];
  const call = callOn([a, b, c]);
  const selector = { pick: (_call: Call, usable: readonly Peer[]) => usable.at(-1) };
  call.target = { ...targetOf(call), variant: { config, selector } as unknown as FunctionVariant };

  c.leave();

  expect(chooseNode(call, 0).id).toBe("b");
});

test("a node that leaves takes along what was wrong with it", () => {
  const [a, b] = peers("a", "b") as [Peer, Peer];
  a.ejection.failed(0);
  connectionOf(a).drains(true);
  openBreaker(a, 0);
  expect(b.impairments.areNone(config.hash)).toBe(false);

  a.leave();
  openBreaker(a, 1); // by calls that were under way
  connectionOf(a).drains(true);

  expect(b.impairments.areNone(config.hash)).toBe(true);
});

test("an explanation names the reason for each node and changes nothing", () => {
  const [a, b, c, d] = peers("a", "b", "c", "d") as [Peer, Peer, Peer, Peer];
  a.ejection.failed(0);
  openBreaker(b, 0);
  connectionOf(d).drains(true);

  const { usable, excluded, refusal } = explainUsable(callOn([a, b, c, d]), 0);

  expect(usable).toEqual([c]);
  expect([...excluded]).toEqual([
    [a, "ejected"],
    [b, "breaker_open"],
    [d, "draining"],
  ]);
  expect(refusal).toBeUndefined();
});
