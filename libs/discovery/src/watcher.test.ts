import { expect, test } from "@jest/globals";
import { Code, type Logger, silentLogger, WeftError } from "@weft/core";
import { fakeClock } from "@weft/core/testkit";
import type { Backend } from "./backend.js";
import { createNode, type Node } from "./node.js";
import { watchNodes, watchServices } from "./watcher.js";

test("a subscriber hears of changes only, and unchanged nodes stay the same objects", async () => {
  const { backend, openings, watch } = setUp();
  const heard: (readonly Node[])[] = [];
  watch.subscribe((list) => heard.push(list));

  await openings[0]?.say([node(1), node(2)]);
  await openings[0]?.say([node(2), node(1)]);
  await openings[0]?.say([node(1), node(2, { revision: "r2" })]);

  expect(backend.exact).toBe(true);
  expect(heard.map((list) => list.map((n) => n.revision))).toEqual([
    ["", ""],
    ["", "r2"],
  ]);
  expect(heard[1]?.[0]).toBe(heard[0]?.[0]);
  expect(watch.current).toBe(heard[1]);
});

test("of two nodes with one address the higher incarnation is listed", async () => {
  const { openings, watch } = setUp();

  await openings[0]?.say([node(1, { incarnation: 7 }), node(1, { incarnation: 8 }), node(1, { incarnation: 6 })]);

  expect(watch.current.map((n) => n.incarnation)).toEqual([8]);
});

test("synced is the first list, even an empty one", async () => {
  const { openings, watch } = setUp();
  expect(watch.isSynced).toBe(false);

  await openings[0]?.say([]);

  await watch.synced;
  expect(watch.isSynced).toBe(true);
});

test("faults D3: the last good list is kept while the backend fails, with growing waits and rising staleness", async () => {
  const { clock, openings, watch } = setUp();
  await openings[0]?.say([node(1)]);
  await openings[0]?.fail();
  expect(watch.staleMs).toBe(0);

  const waits: number[] = [];
  for (const waitMs of [400, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000]) {
    const before = openings.length;
    await pass(clock, waitMs - 1);
    expect(openings).toHaveLength(before);
    await pass(clock, 1);
    expect(openings).toHaveLength(before + 1);
    await openings.at(-1)?.fail();
    waits.push(waitMs);
  }

  expect(watch.current).toEqual([node(1)]);
  expect(watch.staleMs).toBe(waits.reduce((sum, waitMs) => sum + waitMs, 0));
  await pass(clock, 30_000);
  await openings.at(-1)?.say([node(1), node(2)]);
  expect(watch.staleMs).toBe(0);
  expect(watch.current).toHaveLength(2);
  await openings.at(-1)?.fail();
  await pass(clock, 400); // starts over after the good answer
  expect(openings).toHaveLength(12);
});

test("a backend's request for patience outlasts the backoff, and a refusal is an alarm", async () => {
  const alarms: string[] = [];
  const { clock, openings } = setUp({ logger: { ...silentLogger, error: (_, text) => alarms.push(text) } });

  await openings[0]?.fail(new WeftError(Code.PermissionDenied, "no", { retryAfterMs: 20_000 }));
  await pass(clock, 19_999);
  expect(openings).toHaveLength(1);
  await pass(clock, 1);

  expect(openings).toHaveLength(2);
  expect(alarms).toEqual(["discovery is refused"]);
});

test("a listener that throws neither ends the watch nor silences the others", async () => {
  const { openings, watch } = setUp();
  const heard: number[] = [];
  watch.subscribe(() => {
    throw new Error("bug");
  });
  const unsubscribe = watch.subscribe((list) => heard.push(list.length));

  await openings[0]?.say([node(1)]);
  unsubscribe();
  await openings[0]?.say([node(1), node(2)]);

  expect(heard).toEqual([1]);
  expect(watch.current).toHaveLength(2);
});

test("an abort ends the watch, its waits included", async () => {
  const { clock, openings, abort } = setUp();
  await openings[0]?.fail();
  expect(clock.pending).toBe(1);

  abort.abort();
  await turn();

  expect(clock.pending).toBe(0);
  expect(openings).toHaveLength(1);
});

test("a mass removal from an inexact backend is believed after 10 s, confirmed by fresh lists", async () => {
  const { clock, openings, watch } = setUp({ exact: false });
  await openings[0]?.say([node(1), node(2), node(3), node(4)]);

  await openings[0]?.say([node(1)]);
  expect(watch.current).toHaveLength(4);
  await pass(clock, 5_000);
  expect(openings).toHaveLength(2);
  await openings[1]?.say([node(1)]);
  expect(watch.current).toHaveLength(4);
  await pass(clock, 5_000);
  await openings[2]?.say([node(1)]);

  expect(watch.current).toEqual([node(1)]);
  await pass(clock, 60_000);
  expect(openings).toHaveLength(3);
});

test("a mass removal that is taken back never happened", async () => {
  const { clock, openings, watch } = setUp({ exact: false });
  await openings[0]?.say([node(1), node(2)]);
  const before = watch.current;

  await openings[0]?.say([]);
  await pass(clock, 5_000);
  await openings[1]?.say([node(1), node(2)]);

  expect(watch.current).toBe(before);
  expect(clock.pending).toBe(0);
});

test("an exact backend is believed at once, but not with its first list after a failure", async () => {
  const { clock, openings, watch } = setUp();
  await openings[0]?.say([node(1), node(2)]);
  await openings[0]?.say([]);
  expect(watch.current).toEqual([]);
  await openings[0]?.say([node(1), node(2)]);

  await openings[0]?.fail();
  await pass(clock, 400);
  await openings[1]?.say([]);
  expect(watch.current).toHaveLength(2);
  await openings[1]?.say([node(1)]);
  await openings[1]?.say([node(1), node(2)]);
  await openings[1]?.say([]);

  expect(watch.current).toEqual([]);
});

test("services are listed in order, each once", async () => {
  const { backend, clock, abort, openings } = setUp();
  const watch = watchServices(backend, { clock, signal: abort.signal });

  await openings.at(-1)?.say(["b", "a", "b"]);

  expect(watch.current).toEqual(["a", "b"]);
});

interface Opening {
  say(list: readonly unknown[]): Promise<void>;
  fail(error?: unknown): Promise<void>;
}

/** A watch over a backend whose every opening is told what to say. */
function setUp({ exact = true, logger = silentLogger }: { exact?: boolean; logger?: Logger } = {}) {
  const clock = fakeClock();
  const abort = new AbortController();
  const openings: Opening[] = [];
  const backend: Backend = {
    exact,
    watch: (_, signal) => open<Node>(openings, signal),
    services: (signal) => open<string>(openings, signal),
    lease: () => ({ put: async () => {}, release: async () => {} }),
    close() {},
  };
  const options = { clock, logger, random: () => 1, signal: abort.signal };
  return { clock, abort, openings, backend, watch: watchNodes(backend, "places", options) };
}

async function* open<T>(openings: Opening[], signal: AbortSignal): AsyncGenerator<readonly T[]> {
  const said: (() => readonly T[])[] = [];
  let wake = () => {};
  const told = (item: () => readonly T[]) => {
    said.push(item);
    wake();
    return turn();
  };
  openings.push({
    say: (list) => told(() => list as readonly T[]),
    fail: (error = new WeftError(Code.Unavailable, "down")) =>
      told(() => {
        throw error;
      }),
  });
  signal.addEventListener("abort", () => wake());
  for (;;) {
    signal.throwIfAborted();
    const next = said.shift();
    if (next !== undefined) yield next();
    else
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
  }
}

function node(n: number, fields: Partial<Node> = {}): Node {
  return createNode({ service: "places", address: `127.0.0.1:${n}`, incarnation: 1, ...fields });
}

async function pass(clock: ReturnType<typeof fakeClock>, ms: number): Promise<void> {
  clock.advance(ms);
  await turn();
}

/** Lets all that is ready run. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
