import { expect, test } from "@jest/globals";
import { Code } from "@weft/core";
import { fakeClock } from "@weft/core/testkit";
import { createNode, type Node } from "../node.js";
import { localBackend } from "./local-backend.js";
import { createRegistry } from "./registry.js";
import { createRegistryState } from "./registry-state.js";

test("a higher incarnation takes the address over, for good", () => {
  const state = createRegistryState();
  const [old, restarted] = [{}, {}];
  state.put(old, node(1, { incarnation: 5 }));

  expect(state.put(restarted, node(1, { incarnation: 6 }))).toBe(true);

  expect(state.nodes("places")).toEqual([node(1, { incarnation: 6 })]);
  expect(() => state.put(old, node(1, { incarnation: 5 }))).toThrow(expect.objectContaining({ code: Code.Aborted }));
  expect(state.drop(old)).toBeUndefined();
  expect(state.nodes("places")).toHaveLength(1);
});

test("a reconnect may overtake the end of its old stream", () => {
  const state = createRegistryState();
  const [before, after] = [{}, {}];
  state.put(before, node(1));

  expect(state.put(after, node(1))).toBe(false);
  state.drop(before);

  expect(state.nodes("places")).toEqual([node(1)]);
});

test("a lease keeps its service and address, and a full registry takes nobody else", () => {
  const state = createRegistryState(1);
  const holder = {};
  state.put(holder, node(1));

  expect(() => state.put(holder, node(2))).toThrow(expect.objectContaining({ code: Code.InvalidArgument }));
  expect(() => state.put({}, node(2))).toThrow(expect.objectContaining({ code: Code.ResourceExhausted }));
  expect(state.put(holder, node(1, { draining: true }))).toBe(true);
  expect([state.size, state.services()]).toEqual([1, ["places"]]);
  state.drop(holder);
  expect([state.size, state.services()]).toEqual([0, []]);
});

test.each<Partial<Node>>([
  { service: "Places" },
  { address: "127.0.0.1" },
  { address: "127.0.0.1:0" },
  { address: "user@host/path:80" },
  { revision: "r".repeat(129) },
  { incarnation: -1 },
])("a node with %j is refused", (fields) => {
  const registry = createRegistry();

  expect(() => registry.put({}, { ...node(1), ...fields })).toThrow(
    expect.objectContaining({ code: Code.InvalidArgument, violations: [expect.anything()] }),
  );
  expect(registry.size).toBe(0);
});

test("faults D14: a storm of 2000 changes is a few lists, and the last is exact", async () => {
  const clock = fakeClock();
  const registry = createRegistry({ clock });
  const ended = new AbortController();
  const sizes: number[] = [];
  const reading = (async () => {
    for await (const nodes of registry.watch("places", ended.signal)) sizes.push(nodes.length);
  })();
  await turn();

  for (let n = 1; n <= 2_000; n += 1) {
    registry.put({}, node(n));
    if (n % 500 === 0) await turn();
  }
  clock.advance(50);
  await turn();

  expect(sizes).toEqual([0, 2_000]);
  ended.abort("over");
  await expect(reading).rejects.toBe("over");
  expect(clock.pending).toBe(0);
});

test("a lone change is told without waiting, a heartbeat is no change", async () => {
  const clock = fakeClock();
  const backend = localBackend(createRegistry({ clock }));
  const { signal } = new AbortController();
  const lease = backend.lease(() => {});
  await lease.put(node(1), signal);
  const lists = backend.watch("places", signal)[Symbol.asyncIterator]();
  await lists.next();
  const second = lists.next();
  await turn();
  clock.advance(50);
  await turn();

  await lease.put(node(1), signal);
  await lease.put(node(1, { draining: true }), signal);

  expect((await second).value).toEqual([node(1, { draining: true })]);
});

function node(n: number, fields: Partial<Node> = {}): Node {
  return createNode({ service: "places", address: `127.0.0.1:${n}`, incarnation: 1, ...fields });
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
