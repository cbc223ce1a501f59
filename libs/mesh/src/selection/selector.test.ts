import { describe, expect, test } from "@jest/globals";
import { draws, fakeClock } from "@weft/core/testkit";
import { Node } from "@weft/discovery";
import { type Call, createCall, type Identity } from "../call.js";
import { Peer } from "../peers/peer.js";
import { callRequest } from "../testkit.js";
import type { NodeConnection } from "../transport/node-connection.js";
import { createSelector } from "./create-selector.js";
import type { Selector } from "./selector.js";
import { createStickyTable } from "./sticky-table.js";

const connection = {} as NodeConnection; // a selector never calls anybody

function peers(count: number, weights: readonly number[] = []): Peer[] {
  return Array.from(
    { length: count },
    (_, i) => new Peer(Node.fromPartial({ id: `node-${i}`, weight: weights[i] ?? 1 }), connection),
  );
}

function call(args: object = {}, requestId = "r1", fields: { service?: string; identity?: Identity } = {}): Call {
  return createCall(callRequest("f", args, { requestId, ...fields }), new AbortController(), 0);
}

function selector(mode: string, key = "", random: () => number = () => 0): Selector {
  const created = createSelector({ mode, key }, { random });
  if (created === undefined) throw new Error(`no selector ${mode}`);
  return created;
}

const ids = (picked: readonly Peer[]) => picked.map(({ id }) => id);

test("a mode that nobody knows is no selector", () => {
  expect(createSelector({ mode: "best", key: "" }, { random: () => 0 })).toBeUndefined();
});

test("random takes the node that is drawn", () => {
  const nodes = peers(4);
  const random = selector("random", "", draws(0, 0.26, 0.99));

  expect([0, 1, 2].map(() => random.pick(call(), nodes))).toEqual([nodes[0], nodes[1], nodes[3]]);
});

describe("round_robin", () => {
  test("takes every node in turn", () => {
    const roundRobin = selector("round_robin");
    const nodes = peers(3);

    const picked = Array.from({ length: 6 }, () => roundRobin.pick(call(), nodes));

    expect(ids(picked)).toEqual(["node-0", "node-1", "node-2", "node-0", "node-1", "node-2"]);
  });

  test("a further attempt takes the next node, and no turn", () => {
    const roundRobin = selector("round_robin");
    const [a, b, c] = peers(3) as [Peer, Peer, Peer];
    const first = call();

    expect(roundRobin.pick(first, [a, b, c])).toBe(a);
    first.tried.push(a);
    expect(roundRobin.pick(first, [b, c])).toBe(b);
    expect(roundRobin.pick(call(), [a, b, c])).toBe(b);
  });

  test("a single node takes no turn", () => {
    const roundRobin = selector("round_robin");
    const [a, b] = peers(2) as [Peer, Peer];

    roundRobin.pick(call(), [a, b]);
    roundRobin.pick(call(), [a]);
    expect(roundRobin.pick(call(), [a, b])).toBe(b);
  });

  test("functions called in turn do not disturb each other", () => {
    const [f, g] = [selector("round_robin"), selector("round_robin")];
    const nodes = peers(2);

    const picked = Array.from({ length: 4 }, () => [f.pick(call(), nodes), g.pick(call(), nodes)]).flat();
    expect(ids(picked)).toEqual(["node-0", "node-0", "node-1", "node-1", "node-0", "node-0", "node-1", "node-1"]);
  });
});

describe("hash", () => {
  test("falls back on the request id where the argument is missing", () => {
    const hash = selector("hash", "room");
    const nodes = peers(5);

    expect(hash.pick(call({}, "r7"), nodes)).toBe(selector("hash").pick(call({}, "r7"), nodes));
    expect(hash.pick(call({ room: null }, "r7"), nodes)).toBe(selector("hash").pick(call({}, "r7"), nodes));
  });

  test("takes objects for the same that differ in the order of their fields only", () => {
    const hash = selector("hash", "room");
    const nodes = peers(50);

    const one = hash.pick(call({ room: { a: 1, b: { c: 2, d: 3 } } }), nodes);
    expect(hash.pick(call({ room: { b: { d: 3, c: 2 }, a: 1 } }), nodes)).toBe(one);
  });

  test.each([
    ["joins", 9, 10],
    ["leaves", 10, 9],
  ])("when one of ten %s, about a tenth of the keys move, and none between the others", (_what, before, after) => {
    const hash = selector("hash", "room");
    const nodes = peers(10);
    const keys = Array.from({ length: 5_000 }, (_, i) => call({ room: `room-${i}` }));
    const at = (count: number) => keys.map((key) => hash.pick(key, nodes.slice(0, count)).id);

    const [was, is] = [at(before), at(after)];

    const moved = was.flatMap((node, i) => (node === is[i] ? [] : [[node, is[i]]]));
    expect(moved.length / keys.length).toBeGreaterThan(0.085);
    expect(moved.length / keys.length).toBeLessThan(0.115);
    expect(moved.every((pair) => pair.includes("node-9"))).toBe(true);
  });
});

describe("weighted", () => {
  const share = (weights: readonly number[]) => {
    let drawn = 0;
    const weighted = selector("weighted", "", () => drawn);
    const nodes = peers(weights.length, weights);
    const counts = weights.map(() => 0);
    for (let i = 0; i < 100; i++) {
      drawn = i / 100;
      const index = nodes.indexOf(weighted.pick(call(), nodes));
      counts[index] = (counts[index] ?? 0) + 1;
    }
    return counts;
  };

  test.each([
    [
      [1, 3],
      [25, 75],
    ],
    [
      [5, 0, 5],
      [50, 0, 50],
    ],
    [
      [0, 1],
      [0, 100],
    ],
    [
      [1, 0],
      [100, 0],
    ],
    [
      [0, 0],
      [50, 50],
    ],
    [[7], [100]],
  ])("weights %j get shares %j", (weights, shares) => {
    expect(share(weights)).toEqual(shares);
  });

  test("sees a new weight when discovery gives a new list", () => {
    const weighted = selector("weighted", "", () => 0);
    const [a, b] = peers(2, [1, 1]) as [Peer, Peer];
    expect(weighted.pick(call(), [a, b])).toBe(a);

    a.node = { ...a.node, weight: 0 };
    expect(weighted.pick(call(), [a, b])).toBe(b);
  });
});

describe("sticky", () => {
  const user = (userId: string): Identity => ({ userId, roles: [], tenant: "", deviceId: "" });
  const hourMs = 3_600_000;

  /** A selector whose draws go through the nodes in turn: what is not bound moves on with every call. */
  function rotating(key: string, clock = fakeClock()) {
    let drawn = 0;
    const random = () => (drawn++ % 5) / 5;
    const stickyTable = createStickyTable({ clock });
    const fresh = () => createSelector({ mode: "sticky", key }, { random, clock, stickyTable }) as Required<Selector>;
    return { sticky: fresh(), fresh, clock, stickyTable };
  }

  test("a key keeps its node for an hour after its last use", () => {
    const { sticky, clock } = rotating("room");
    const nodes = peers(5);
    const picks = (afterMs: number) => {
      clock.advance(afterMs);
      return sticky.pick(call({ room: "a" }), nodes).id;
    };

    expect([picks(0), picks(hourMs - 1), picks(hourMs - 1)]).toEqual(["node-0", "node-0", "node-0"]);
    expect(picks(hourMs)).toBe("node-1");
  });

  test("a key whose node is no candidate any more gets another, and keeps that", () => {
    const { sticky } = rotating("room");
    const nodes = peers(5);
    const bound = sticky.pick(call({ room: "a" }), nodes);

    const others = nodes.filter((peer) => peer !== bound);
    const next = sticky.pick(call({ room: "a" }), others);

    expect(next).not.toBe(bound);
    expect(sticky.pick(call({ room: "a" }), nodes)).toBe(next);
  });

  test("a further attempt of a call leaves the binding as it is", () => {
    const { sticky } = rotating("room");
    const nodes = peers(5);
    const one = call({ room: "a" });
    const bound = sticky.pick(one, nodes);

    one.tried.push(bound);
    expect(sticky.pick(one, nodes.slice(1))).not.toBe(bound);

    expect(sticky.pick(call({ room: "a" }), nodes)).toBe(bound);
  });

  test("a call without the key goes anywhere, and nothing is kept", () => {
    const { sticky, stickyTable } = rotating("room");
    const nodes = peers(5);

    expect(ids([0, 1, 2].map(() => sticky.pick(call(), nodes)))).toEqual(["node-0", "node-1", "node-2"]);
    expect(stickyTable.size).toBe(0);
  });

  test("what explains a call binds nothing", () => {
    const { sticky, stickyTable } = rotating("room");

    sticky.rank(call({ room: "a" }), peers(5));

    expect(stickyTable.size).toBe(0);
  });

  test("the user is the one that was verified, whatever the arguments say", () => {
    const { sticky } = rotating("user_id");
    const nodes = peers(5);
    const as = (userId: string, argument: string) =>
      sticky.pick(call({ user_id: argument }, "r1", { identity: user(userId) }), nodes);

    const ann = as("ann", "bob");
    const bob = as("bob", "ann");

    expect(ann).not.toBe(bob);
    expect(as("ann", "eve")).toBe(ann);
    expect(as("", "bob")).toBe(bob);
  });

  test("other fields of the request stand in for a missing argument", () => {
    const { sticky } = rotating("request_id");
    const nodes = peers(5);

    const first = sticky.pick(call({}, "r1"), nodes);

    expect(sticky.pick(call({}, "r2"), nodes)).not.toBe(first);
    expect(sticky.pick(call({}, "r1"), nodes)).toBe(first);
    expect(sticky.pick(call({ request_id: "r1" }, "r9"), nodes)).toBe(first);
  });

  test.each(["service", "request_type"])("%s is the same for every call of a function", (key) => {
    const { sticky } = rotating(key);
    const nodes = peers(5);

    const first = sticky.pick(call({}, "r1"), nodes);

    expect(sticky.pick(call({}, "r2"), nodes)).toBe(first);
  });

  test("services do not share bindings, two definitions of one service do", () => {
    const { sticky, fresh } = rotating("room");
    const nodes = peers(5);
    const first = sticky.pick(call({ room: "a" }), nodes);

    expect(sticky.pick(call({ room: "a" }, "r1", { service: "other" }), nodes)).not.toBe(first);
    expect(fresh().pick(call({ room: "a" }), nodes)).toBe(first);
  });

  test("a table holds 100,000 keys; the one idle longest goes", () => {
    const clock = fakeClock();
    const table = createStickyTable({ clock });
    const nodes = peers(1);
    const [node] = nodes as [Peer];

    for (let i = 0; i < 100_000; i++) table.bind(`key-${i}`, node);
    table.bind("key-0", node);
    table.bind("one more", node);

    expect(table.size).toBe(100_000);
    expect(table.find("key-0", nodes)).toBe(node);
    expect(table.find("key-1", nodes)).toBeUndefined();
  });

  test("keys that ran out are dropped", () => {
    const clock = fakeClock();
    const table = createStickyTable({ clock });
    const [node] = peers(1) as [Peer];
    for (let i = 0; i < 100; i++) table.bind(`key-${i}`, node);

    clock.advance(hourMs);
    table.bind("another", node);

    expect(table.size).toBe(1);
  });
});
