import { expect, test } from "@jest/globals";
import { Code, WeftError } from "@weft/core";
import { fakeClock } from "@weft/core/testkit";
import type { Backend } from "./backend.js";
import { createNode, type Node } from "./node.js";
import { registerNode } from "./registrar.js";

const node = createNode({ service: "places", address: "127.0.0.1:7000", incarnation: 1, revision: "r1" });

test("the node is registered at once and renewed every 10 s", async () => {
  const { registry, clock, registrar } = setUp();
  await turn();
  expect(registrar.isRegistered).toBe(true);

  clock.advance(9_999);
  expect(registry.puts).toHaveLength(1);
  clock.advance(1);
  await turn();

  expect(registry.puts).toEqual([node, node]);
});

test("faults D1: a registry that is down is asked again with growing waits until it answers", async () => {
  const { registry, clock, registrar } = setUp({ isDown: true });
  const waits: number[] = [];
  for (const waitMs of [400, 800, 1_600]) {
    await turn();
    const before = registry.attempts;
    clock.advance(waitMs - 1);
    expect(registry.attempts).toBe(before);
    clock.advance(1);
    waits.push(registry.attempts - before);
  }
  expect(waits).toEqual([1, 1, 1]);

  registry.isDown = false;
  await turn();
  clock.advance(3_200);
  await turn();

  expect(registrar.isRegistered).toBe(true);
  expect(registry.puts).toEqual([node]);
});

test("a lost lease is taken anew after the first backoff step", async () => {
  const { registry, clock, registrar } = setUp();
  await turn();

  registry.lose();
  expect(registrar.isRegistered).toBe(false);
  clock.advance(400);
  await turn();

  expect(registrar.isRegistered).toBe(true);
  expect(registry.puts).toHaveLength(2);
});

test("an update resolves when the registry has it, and joins what changed meanwhile", async () => {
  const { registry, registrar } = setUp();

  const updates = [registrar.update({ revision: "r2" }), registrar.setDraining()];
  await turn();
  expect(registry.puts).toHaveLength(1);
  registry.clock.advance(0); // the first put is over, the next is due
  await Promise.all(updates);

  expect(registry.puts).toEqual([node, { ...node, revision: "r2", draining: true }]);
});

test("an update resolves after 5 s without the registry, and is published when it is back", async () => {
  const { registry, clock, registrar } = setUp({ isDown: true });
  await turn();
  const update = registrar.setDraining();
  await turn();

  registry.isDown = false;
  registry.isSilent = true;
  clock.advance(5_000);
  await update;
  registry.answer();
  await turn();

  expect(registry.puts.at(-1)?.draining).toBe(true);
});

test("deregister releases the node once and leaves no timer", async () => {
  const { registry, clock, registrar } = setUp();
  await turn();

  await Promise.all([registrar.deregister(), registrar.deregister()]);

  expect(registry.releases).toBe(1);
  expect(clock.pending).toBe(0);
  await registrar.update({ draining: true });
  expect(registry.puts).toHaveLength(1);
  expect(registrar.isRegistered).toBe(false);
});

test("deregister waits for the put under way, so that the release comes after it", async () => {
  const { registry, registrar } = setUp({ isSilent: true });

  const over = registrar.deregister();
  await turn();
  expect(registry.releases).toBe(0);
  registry.answer();
  await over;

  expect(registry.releases).toBe(1);
});

test("deregister gives up on a silent registry after 5 s", async () => {
  const { registry, clock, registrar } = setUp({ isSilent: true });

  const over = registrar.deregister();
  await turn();
  clock.advance(5_000);
  await over;

  expect(registry.puts).toHaveLength(0);
  expect(clock.pending).toBe(0);
});

/** A registrar over a registry that the test switches off, silences, or makes forget the node. */
function setUp(state: { isDown?: boolean; isSilent?: boolean } = {}) {
  const clock = fakeClock();
  const registry = {
    clock,
    isDown: false,
    isSilent: false,
    attempts: 0,
    puts: [] as Node[],
    releases: 0,
    answer: () => {},
    lose: () => {},
    ...state,
  };
  const backend: Backend = {
    exact: true,
    watch: () => notAsked(),
    services: () => notAsked(),
    lease(lost) {
      registry.lose = () => lost(new WeftError(Code.Unavailable, "gone"));
      return {
        async put(entry, signal) {
          registry.attempts += 1;
          if (registry.isDown) throw new WeftError(Code.Unavailable, "down");
          if (registry.isSilent)
            await new Promise<void>((resolve, reject) => {
              registry.answer = resolve;
              signal.addEventListener("abort", () => reject(signal.reason));
            });
          registry.puts.push(entry);
        },
        async release(signal) {
          signal.throwIfAborted();
          registry.releases += 1;
        },
      };
    },
    close() {},
  };
  return { clock, registry, registrar: registerNode(backend, node, { clock, random: () => 1 }) };
}

function notAsked(): never {
  throw new Error("a registrar watches nothing");
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
