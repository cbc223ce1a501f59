import { afterEach, expect, test } from "@jest/globals";
import type { FunctionConfig } from "@weft/contracts/function";
import { Code, Reason, silentLogger, WeftError } from "@weft/core";
import { type FakeClock, fakeClock } from "@weft/core/testkit";
import { createPeers } from "../peers/peers.js";
import { functionConfig } from "../testkit.js";
import type { FunctionSet, NodeConnection, RequestLimits } from "../transport/node-connection.js";
import { compileVariant } from "./compile-variant.js";
import { createPulledService } from "./pulled-service.js";
import { createRejectedList } from "./rejected-list.js";
import type { ServiceCatalogue } from "./service-catalogue.js";
import { createSwitches } from "./switches.js";

/** What one address answers. Without a set it is not there. */
interface Scripted {
  set?: FunctionSet;
  watch?: (known: string, limits: RequestLimits) => AsyncIterable<FunctionSet>;
}

const gone = () => new WeftError(Code.Unavailable, "connection lost", { reason: Reason.ConnectionLost });
const f = functionConfig({ function: "f" });
const g = functionConfig({ function: "g" });
const set = (revision: string, ...functions: FunctionConfig[]): FunctionSet => ({ revision, functions });
const a = "10.0.0.1:7000";
const b = "10.0.0.2:7000";

let service: ServiceCatalogue | undefined;
afterEach(() => service?.close());

/** Runs the work that waits for nothing. */
const settled = async () => {
  for (let i = 0; i < 50; i++) await Promise.resolve();
};

function pulled(script: Record<string, Scripted>, clock: FakeClock = fakeClock()) {
  const asked: string[] = [];
  const dial = (address: string): NodeConnection => {
    const connection: Partial<NodeConnection> = {
      async functions(_limits, known = "") {
        asked.push(`${address} ${known}`);
        const held = script[address]?.set;
        if (held === undefined) throw gone();
        return known === held.revision ? { ...held, functions: [] } : held;
      },
      async *watchFunctions(known, limits) {
        const { watch } = script[address] ?? {};
        if (watch === undefined) throw new WeftError(Code.Unimplemented, "no watch");
        yield* watch(known, limits);
      },
      close() {},
    };
    return connection as NodeConnection;
  };
  const rejected = createRejectedList({ clock });
  service = createPulledService({
    service: "echo",
    nodes: [a, b],
    peers: createPeers(dial),
    switches: createSwitches(),
    rejected,
    compile: (config) => compileVariant(config, { random: () => 0 }),
    clock,
    random: () => 0,
    logger: silentLogger,
  });
  return { service, asked, clock, rejected };
}

test("the first node that answers gives the set, and all of them take calls", async () => {
  const { service, asked } = pulled({ [b]: { set: set("r1", f) } });
  expect(service.isReady).toBe(false);

  await service.whenReady();

  expect(asked).toEqual([`${a} `, `${b} `]);
  expect(service.snapshot.get("f")?.latest?.candidates.map(({ node }) => node.address)).toEqual([a, b]);
});

test("without a watch it asks every 30 s, and gets only what it does not hold", async () => {
  const script: Record<string, Scripted> = { [a]: { set: set("r1", f) } };
  const { service, asked, clock } = pulled(script);
  await settled();

  clock.advance(29_999);
  await settled();
  expect(asked).toEqual([`${a} `]);
  clock.advance(1);
  await settled();
  expect(asked).toEqual([`${a} `, `${a} r1`]);
  expect([...service.snapshot.keys()]).toEqual(["f"]);

  script[a] = { set: set("r2", g) };
  clock.advance(30_000);
  await settled();
  expect([...service.snapshot.keys()]).toEqual(["g"]);
  expect(clock.pending).toBe(1);
});

test("while no node answers, it asks after 60 s, 120 s, 240 s, then every 300 s; what is held stays", async () => {
  const script: Record<string, Scripted> = { [a]: { set: set("r1", f) } };
  const { service, asked, clock } = pulled(script);
  await settled();
  script[a] = {};
  clock.advance(30_000);
  await settled();

  const waits: number[] = [];
  for (let round = 0; round < 5; round++) {
    const before = asked.length;
    let seconds = 0;
    for (; asked.length === before; seconds++) {
      clock.advance(1_000);
      await settled();
    }
    waits.push(seconds);
  }

  expect(waits).toEqual([60, 120, 240, 300, 300]);
  expect([...service.snapshot.keys()]).toEqual(["f"]);
});

test("a pull by hand asks at once, adds no timer, and ends a long wait", async () => {
  const script: Record<string, Scripted> = {};
  const { service, asked, clock } = pulled(script);
  await settled();
  await expect(service.pull(false)).rejects.toMatchObject({ reason: Reason.NoNodesAvailable });
  expect(clock.pending).toBe(1);

  script[a] = { set: set("r1", f) };
  expect(await service.pull(false)).toBe("updated");
  expect(await service.pull(false)).toBe("unchanged");
  await settled();
  asked.length = 0;
  clock.advance(30_000);
  await settled();

  expect(asked).toEqual([`${a} r1`]);
  expect(clock.pending).toBe(1);
});

test("a watch brings changes; when it ends the nodes are asked again soon, and not in a hot loop", async () => {
  let change: (next: FunctionSet | undefined) => void = () => {};
  const watched: string[] = [];
  const watch = async function* (known: string, { signal }: RequestLimits) {
    watched.push(known);
    signal.addEventListener("abort", () => change(undefined));
    const next = await new Promise<FunctionSet | undefined>((resolve) => {
      change = resolve;
    });
    if (next !== undefined) yield next;
  };
  const script: Record<string, Scripted> = { [a]: { set: set("r1", f), watch } };
  const { service, asked, clock } = pulled(script);
  await settled();
  clock.advance(600_000);
  await settled();
  expect(asked).toHaveLength(1);

  script[a] = { set: set("r2", f, g), watch };
  change(set("r2", f, g));
  await settled();
  expect([...service.snapshot.keys()]).toEqual(["f", "g"]);

  expect(asked).toHaveLength(1);
  clock.advance(999);
  await settled();
  expect(asked).toHaveLength(1);
  clock.advance(1);
  await settled();
  expect(asked).toEqual([`${a} `, `${a} r2`]);
  expect(watched).toEqual(["r1", "r2"]);
});

test("a set of which nothing is usable is asked for again, and its last good definitions stay", async () => {
  const bad = functionConfig({ function: "f", timeoutMs: 1 });
  const script: Record<string, Scripted> = { [a]: { set: set("r1", f, g) } };
  const { service, asked, rejected } = pulled(script);
  await settled();

  script[a] = { set: set("r2", bad) };
  expect(await service.pull(false)).toBe("updated");
  expect(await service.pull(false)).toBe("unchanged");

  expect(asked).toEqual([`${a} `, `${a} r1`, `${a} `]);
  expect([...service.snapshot.keys()]).toEqual(["f"]);
  expect(rejected.list({ source: "pull", service: "echo", limit: 9 })).toHaveLength(1);
});

test("closing ends the timer and the watch", async () => {
  let isWatching = false;
  const watch = async function* (_known: string, { signal }: RequestLimits): AsyncGenerator<FunctionSet> {
    isWatching = true;
    await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
    isWatching = false;
  };
  const { service, clock } = pulled({ [a]: { set: set("r1", f), watch } });
  await settled();
  expect(isWatching).toBe(true);

  service.close();
  await settled();

  expect(isWatching).toBe(false);
  expect(clock.pending).toBe(0);
});
