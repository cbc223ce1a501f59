import { expect, test } from "@jest/globals";
import { draws } from "@weft/core/testkit";
import { Node } from "@weft/discovery";
import { type Call, createCall } from "../call.js";
import { Peer } from "../peers/peer.js";
import { callRequest } from "../testkit.js";
import type { NodeConnection } from "../transport/node-connection.js";
import { createSelector } from "./create-selector.js";

const connection = {} as NodeConnection; // a selector never calls anybody

function peers(count: number): Peer[] {
  return Array.from({ length: count }, (_, i) => new Peer(Node.fromPartial({ id: `node-${i}` }), connection));
}

function call(args: object, requestId = "r1"): Call {
  return createCall(callRequest("f", args, { requestId }), new AbortController(), 0);
}

function selector(mode: string, key = "", random = () => 0) {
  const created = createSelector({ mode, key }, { random });
  if (created === undefined) throw new Error(`no selector ${mode}`);
  return created;
}

test("random takes the node that is drawn", () => {
  const nodes = peers(4);
  const random = selector("random", "", draws(0, 0.26, 0.99));

  expect([0, 1, 2].map(() => random.pick(call({}), nodes))).toEqual([nodes[0], nodes[1], nodes[3]]);
});

test("round_robin takes every node in turn", () => {
  const nodes = peers(3);
  const roundRobin = selector("round_robin");

  const picked = Array.from({ length: 6 }, () => roundRobin.pick(call({}), nodes));

  expect(new Set(picked.slice(0, 3)).size).toBe(3);
  expect(picked.slice(3)).toEqual(picked.slice(0, 3));
});

test("hash sends the same argument to the same node, a number like its text", () => {
  const hash = selector("hash", "room");
  const nodes = peers(5);

  expect(hash.pick(call({ room: "42" }, "r1"), nodes)).toBe(hash.pick(call({ room: 42 }, "r2"), [...nodes].reverse()));
});

test("hash falls back on the request id where the argument is missing", () => {
  const hash = selector("hash", "room");
  const nodes = peers(5);

  expect(hash.pick(call({}, "r7"), nodes)).toBe(selector("hash").pick(call({}, "r7"), nodes));
});

test("a node more moves about its share of the keys, and only to itself", () => {
  const hash = selector("hash", "room");
  const after = peers(5);
  const before = after.slice(0, 4);
  const keys = Array.from({ length: 2_000 }, (_, i) => call({ room: `room-${i}` }));

  const moved = keys.filter((key) => hash.pick(key, before) !== hash.pick(key, after));

  expect(moved.length / keys.length).toBeGreaterThan(0.16);
  expect(moved.length / keys.length).toBeLessThan(0.24);
  expect(new Set(moved.map((key) => hash.pick(key, after)))).toEqual(new Set([after[4]]));
});

test("a mode that nobody knows is no selector", () => {
  expect(createSelector({ mode: "best", key: "" }, { random: () => 0 })).toBeUndefined();
});
