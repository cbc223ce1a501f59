import { expect, test } from "@jest/globals";
import { Node } from "@weft/discovery";
import { Peer } from "../peers/peer.js";
import type { NodeConnection } from "../transport/node-connection.js";
import { mix } from "./name-hash.js";
import { inVisitingOrder, Places } from "./places.js";
import { placeAt, placeCount, placeOf, turnOf } from "./visiting-order.js";

const connection = {} as NodeConnection; // nobody calls it

const peers = (count: number): Peer[] =>
  Array.from({ length: count }, (_, i) => new Peer(Node.fromPartial({ id: `node-${i}` }), connection));

const keys = Array.from({ length: 2_000 }, (_, i) => mix(i) | 0);

/** Asks twice: the first pick of a list and those after it go different ways. */
function placed(nodes: readonly Peer[]): (key: number) => Peer {
  const places = new Places(nodes);
  places.first(0);
  return (key) => places.first(key);
}

test("every key visits every place once, and the turn of a place leads back to it", () => {
  const key = keys[7] as number;
  const seen = new Uint8Array(placeCount);

  for (let turn = 0; turn < placeCount; turn++) {
    const place = placeAt(turn, key);
    seen[place] = 1;
    if (turnOf(place, key) !== turn) throw new Error(`turn ${turn} leads to the place of ${turnOf(place, key)}`);
  }

  expect(seen.every((visits) => visits === 1)).toBe(true);
});

test.each([1, 2, 513, 5_000])("of %i nodes a key gets the same one, whichever way it is found", (count) => {
  const nodes = peers(count);
  const first = placed(nodes);

  for (const key of keys.slice(0, 300)) expect(new Places(nodes).first(key)).toBe(first(key));
  for (const key of keys.slice(0, 5)) expect(inVisitingOrder(nodes, key)[0]).toBe(first(key));
});

test("among thousands the order in which nodes were learnt makes no difference, also to those that share a place", () => {
  const nodes = peers(5_000);
  const taken = new Set(nodes.map(({ idHash }) => placeOf(idHash)));
  expect(taken.size).toBeLessThan(nodes.length);
  const [one, other] = [placed(nodes), placed([...nodes].reverse())];

  expect(keys.every((key) => one(key) === other(key))).toBe(true);
});

test("of thousands only the keys of the nodes that leave move, and each to its next choice", () => {
  const nodes = peers(2_000);
  const leaving = new Set(nodes.filter((_, i) => i % 20 === 0));
  const [before, after] = [placed(nodes), placed(nodes.filter((peer) => !leaving.has(peer)))];

  for (const key of keys) {
    const was = before(key);
    if (!leaving.has(was)) expect(after(key)).toBe(was);
  }
  const moved = keys.filter((key) => leaving.has(before(key))).slice(0, 10);
  for (const key of moved) expect(after(key)).toBe(inVisitingOrder(nodes, key).find((peer) => !leaving.has(peer)));
});

test.each([
  [3, 30_000],
  [600, 12_000],
])("%i nodes get the keys that chance would give them", (count, keyCount) => {
  const nodes = peers(count);
  const first = placed(nodes);
  const counts = new Map(nodes.map((peer) => [peer, 0]));
  for (let i = 0; i < keyCount; i++) {
    const picked = first(mix(i) | 0);
    counts.set(picked, (counts.get(picked) ?? 0) + 1);
  }

  const expected = keyCount / count;
  const deviation = [...counts.values()].reduce((sum, got) => sum + (got - expected) ** 2 / expected, 0) / (count - 1);

  expect(deviation).toBeLessThan(2); // of dice: 1; some nodes share a place and get half of its keys each
});
