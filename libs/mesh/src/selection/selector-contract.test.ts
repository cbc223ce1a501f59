import { describe, expect, test } from "@jest/globals";
import { fakeClock, seededRandom } from "@weft/core/testkit";
import { Node } from "@weft/discovery";
import { type Call, createCall } from "../call.js";
import { Peer } from "../peers/peer.js";
import { collectOffers } from "../provided.js";
import { callRequest } from "../testkit.js";
import type { NodeConnection } from "../transport/node-connection.js";
import { createSelector } from "./create-selector.js";
import { at, type Selector } from "./selector.js";

const connection = { close() {} } as NodeConnection; // a selector never calls anybody
const seed = 20_261_121;
const alwaysSame = () => 0.4; // chance that does not depend on how often it was asked

const peers = (count: number): Peer[] =>
  Array.from({ length: count }, (_, i) => new Peer(Node.fromPartial({ id: `node-${i}`, weight: 1 }), connection));

const provided = collectOffers((offers) =>
  offers.selector("last", {
    pick: (_call, candidates) => at(candidates, candidates.length - 1),
    rank: (_call, candidates) => [...candidates].reverse(),
  }),
);

function call(requestId: string, args: object = {}): Call {
  const created = createCall(callRequest("f", args, { requestId }), new AbortController(), 0);
  created.provided = provided;
  return created;
}

interface Row {
  readonly mode: string;
  readonly key?: string;
  /** The same key goes to the same node. */
  readonly isStable?: boolean;
  /** Every node gets its share, over many keys. */
  readonly isFair?: boolean;
}

const rows: readonly Row[] = [
  { mode: "random", isFair: true },
  { mode: "round_robin", isFair: true },
  { mode: "hash", isFair: true },
  { mode: "hash", key: "room", isStable: true, isFair: true },
  { mode: "sticky", isFair: true },
  { mode: "sticky", key: "room", isStable: true, isFair: true },
  { mode: "least_request", isFair: true },
  { mode: "weighted", isFair: true },
  { mode: "registered", key: "last" },
];

const nasty = [null, undefined, 42, -0, "", "__proto__", "x".repeat(1_000), true, [1, [2]], { a: { b: null } }];

describe.each(rows)("$mode $key", ({ mode, key = "", isStable = false, isFair = false }) => {
  const fresh = (random = seededRandom(seed)): Required<Selector> => {
    const created = createSelector({ mode, key }, { random, clock: fakeClock() });
    if (created?.rank === undefined) throw new Error(`no selector ${mode}`);
    return created as Required<Selector>;
  };

  test.each([1, 2, 3, 1_000])("always takes one of %i candidates, whatever the call is", (count) => {
    const selector = fresh();
    const nodes = peers(count);
    const members = new Set(nodes);

    for (let i = 0; i < 200; i++) {
      const args = { room: nasty[i % nasty.length] };
      expect(members.has(selector.pick(call(`r${i}`, args), nodes))).toBe(true);
    }
  });

  test("keeps to the candidates while they change between the picks", () => {
    const selector = fresh();
    const all = peers(50);
    const random = seededRandom(seed);

    for (let i = 0; i < 1_000; i++) {
      const candidates = all.filter(() => random() < 0.3);
      if (candidates.length === 0) continue;
      const picked = selector.pick(call(`r${i}`, { room: i % 7 }), candidates);
      expect(candidates.includes(picked)).toBe(true);
      all.splice(i % all.length, 1, ...peers(1));
    }
  });

  test("ranks every candidate once, and what it would pick first", () => {
    const selector = fresh(alwaysSame);
    const nodes = peers(7);
    for (let i = 0; i < 10; i++) selector.pick(call(`r${i}`, { room: i }), nodes);

    const ranked = selector.rank(call("r3", { room: 3 }), nodes);

    expect(new Set(ranked)).toEqual(new Set(nodes));
    expect(ranked).toHaveLength(nodes.length);
    expect(selector.pick(call("r3", { room: 3 }), nodes)).toBe(ranked?.[0]);
  });

  test("a rank leaves no trace: the picks are those of a selector that was never asked", () => {
    const [asked, never] = [fresh(alwaysSame), fresh(alwaysSame)];
    const nodes = peers(5);

    for (let i = 0; i < 20; i++) {
      asked.rank(call(`other-${i}`, { room: `other-${i}` }), nodes);
      expect(asked.pick(call(`r${i}`, { room: i }), nodes)).toBe(never.pick(call(`r${i}`, { room: i }), nodes));
    }
  });

  test("a further attempt of a call takes one of the nodes that are left", () => {
    const selector = fresh();
    const nodes = peers(3);
    const once = call("r1", { room: "a" });

    for (
      let left = nodes as readonly Peer[];
      left.length > 0;
      left = left.filter((peer) => !once.tried.includes(peer))
    ) {
      const picked = selector.pick(once, left);
      expect(left.includes(picked)).toBe(true);
      once.tried.push(picked);
    }
    expect(once.tried.length).toBe(3);
  });

  if (isFair)
    test(`gives every node its share (seed ${seed})`, () => {
      const selector = fresh();
      const nodes = peers(10);
      const counts = new Map<Peer, number>();

      for (let i = 0; i < 10_000; i++) {
        const picked = selector.pick(call(`r${i}`, { room: `room-${i}` }), nodes);
        counts.set(picked, (counts.get(picked) ?? 0) + 1);
      }

      for (const node of nodes) {
        expect(counts.get(node)).toBeGreaterThan(850);
        expect(counts.get(node)).toBeLessThan(1_150);
      }
    });

  if (isStable)
    test("sends the same key to the same node, a number like its text, whatever the order of the candidates", () => {
      const selector = fresh();
      const nodes = peers(9);

      for (let room = 0; room < 50; room++) {
        const first = selector.pick(call("r1", { room }), nodes);
        expect(selector.pick(call("r2", { room: String(room) }), [...nodes].reverse())).toBe(first);
        expect(
          selector.pick(
            call("r3", { room }),
            nodes.filter((peer, i) => peer === first || i % 2 === 0),
          ),
        ).toBe(first);
      }
    });
});
