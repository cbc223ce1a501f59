import { afterEach, describe, expect, test } from "@jest/globals";
import { Code } from "@weft/core";
import { type FakeClock, fakeClock } from "@weft/core/testkit";
import { createNearCache, type Fetched, type NearCache, type NearCacheOptions } from "./near-cache.js";
import { type FakeWatches, fakeWatches, told } from "./testkit.js";

interface Setup {
  readonly near: NearCache<string>;
  readonly clock: FakeClock;
  readonly watches: FakeWatches;
  /** Keys in the order in which the cache was asked for them. */
  readonly asked: string[];
  /** What the cache holds; a key that is missing has the value "none". */
  readonly entries: Map<string, Partial<Fetched<string>>>;
  /** Set: answers wait until it is called. */
  readonly gate: { hold: boolean; release(): void };
}

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

/** Lets everything run that waits for nothing. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 30; turn++) await Promise.resolve();
}

async function setUp(options: Partial<NearCacheOptions<string>> = {}, isLive = true): Promise<Setup> {
  const clock = fakeClock();
  const watches = fakeWatches();
  const asked: string[] = [];
  const entries: Setup["entries"] = new Map();
  let waiting: (() => void)[] = [];
  const gate = {
    hold: false,
    release() {
      for (const go of waiting) go();
      waiting = [];
    },
  };
  const near = createNearCache<string>({
    async fetch(key) {
      asked.push(key);
      const answer = { value: "none", bytes: 1, keepMs: Number.POSITIVE_INFINITY, watch: "w", ...entries.get(key) };
      if (gate.hold) await new Promise<void>((resolve) => waiting.push(resolve));
      return answer;
    },
    clock,
    random: () => 0,
    ...options,
  });
  near.follow("w", watches.open);
  cleanups.push(near.close);
  if (isLive) watches.last.send(told(1));
  await settle();
  return { near, clock, watches, asked, entries, gate };
}

describe("a copy", () => {
  test("answers the second get, also that there is nothing", async () => {
    const { near, asked, entries } = await setUp();
    entries.set("a", { value: "1" });

    expect([await near.get("a"), await near.get("a")]).toEqual(["1", "1"]);
    expect([await near.get("b"), await near.get("b")]).toEqual(["none", "none"]);
    expect(asked).toEqual(["a", "b"]);
    expect(near.stats).toMatchObject({ hits: 2, misses: 2, invalidations: 0, flushes: 0, entries: 2 });
  });

  test("goes when the watch tells of a change of its key, and only then", async () => {
    const { near, watches, asked, entries } = await setUp();
    await near.get("a");
    await near.get("b");
    entries.set("a", { value: "2" });

    watches.last.send(told(2, ["a"]));
    await settle();

    expect([await near.get("a"), await near.get("b")]).toEqual(["2", "none"]);
    expect(asked).toEqual(["a", "b", "a"]);
    expect(near.stats.invalidations).toBe(1);
  });

  test("goes with all others when the cache is cleared", async () => {
    const { near, watches, asked } = await setUp();
    await near.get("a");
    await near.get("b");

    watches.last.send(told(2, [undefined]));
    await settle();
    await near.get("a");

    expect(asked).toEqual(["a", "b", "a"]);
    expect(near.stats.invalidations).toBe(2);
  });

  test.each([
    ["its entry's time to live", { keepMs: 500 }, 500],
    ["the largest age", { keepMs: 5_000 }, 1_000],
  ])("lives no longer than %s, counted from the question", async (_what, entry, lifeMs) => {
    const { near, clock, asked, entries, gate } = await setUp({ maxAgeMs: 1_000 });
    entries.set("a", entry);
    gate.hold = true;
    const first = near.get("a");
    await settle();
    clock.advance(100);
    gate.release();
    await first;
    gate.hold = false;

    clock.advance(lifeMs - 101);
    await near.get("a");
    expect(asked).toEqual(["a"]);
    clock.advance(1);
    await near.get("a");
    expect(asked).toEqual(["a", "a"]);
  });

  test("is not made of what may not be kept, of a key that is not watched, or of a watch that is not followed", async () => {
    const { near, asked, entries } = await setUp({ prefixes: ["a", "b"] });
    entries.set("a1", { keepMs: 0 });
    entries.set("b1", { watch: "another" });

    for (const key of ["a1", "b1", "c1", "a1", "b1", "c1"]) await near.get(key);

    expect(asked).toEqual(["a1", "b1", "c1", "a1", "b1", "c1"]);
    expect(near.stats.entries).toBe(0);
  });

  test("goes by a write of this process before anybody is told, and what is being fetched is not kept", async () => {
    const { near, asked, gate } = await setUp();
    await near.get("a");
    near.forget("a");
    gate.hold = true;
    const old = near.get("a");
    await settle();
    near.forget("a");
    gate.hold = false;

    const late = near.get("a");
    gate.release();
    await Promise.all([old, late]);

    expect(asked).toEqual(["a", "a", "a"]);
    expect(await near.get("a")).toBe("none");
    expect(asked).toHaveLength(3);
  });
});

describe("a fetch", () => {
  test("is shared by the gets of its time, and so is its error", async () => {
    const { near, asked, gate } = await setUp();
    gate.hold = true;
    const both = [near.get("a"), near.get("a")];
    await settle();
    gate.release();

    expect(await Promise.all(both)).toEqual(["none", "none"]);
    expect(asked).toEqual(["a"]);

    const failing = createNearCache<string>({ fetch: () => Promise.reject(new Error("down")), clock: fakeClock() });
    await expect(failing.get("a")).rejects.toThrow("down");
    failing.close();
  });

  test("is not kept, nor joined by later gets, once its key has changed", async () => {
    const { near, watches, asked, entries, gate } = await setUp();
    entries.set("a", { value: "old" });
    gate.hold = true;
    const before = near.get("a");
    await settle();
    entries.set("a", { value: "new" });
    watches.last.send(told(2, ["a"]));
    await settle();

    const after = near.get("a");
    await settle();
    gate.release();

    expect([await before, await after]).toEqual(["old", "new"]);
    expect(await near.get("a")).toBe("new");
    expect(asked).toEqual(["a", "a"]);
  });

  test.each([
    ["that began before the watch was live", false, (watches: FakeWatches) => watches.last.send(told(1))],
    ["over a gap", true, (watches: FakeWatches) => watches.last.send(told(2, [], true))],
    ["over a cut", true, (watches: FakeWatches) => watches.last.cut()],
  ])("is not kept: %s", async (_what, isLive, happen) => {
    const { near, watches, gate } = await setUp({}, isLive);
    gate.hold = true;
    const fetching = near.get("a");
    await settle();

    happen(watches);
    await settle();
    gate.release();
    await fetching;

    expect(near.stats.entries).toBe(0);
  });

  test("ends with the last of those who wait; each wait has an end of its own", async () => {
    const clock = fakeClock();
    const signals: AbortSignal[] = [];
    const watches = fakeWatches();
    const near = createNearCache<string>({
      fetch: (_key, signal) => new Promise(() => signals.push(signal)),
      clock,
      random: () => 0,
    });
    near.follow("w", watches.open);
    watches.last.send(told(1));
    await settle();
    const abort = new AbortController();

    const first = near.get("a", { signal: abort.signal });
    const second = near.get("a", { timeoutMs: 50 });
    await settle();
    abort.abort();
    await expect(first).rejects.toMatchObject({ code: Code.Cancelled });
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
    clock.advance(50);
    await expect(second).rejects.toMatchObject({ code: Code.DeadlineExceeded, reason: "TIMEOUT" });
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);

    const third = near.get("a", { timeoutMs: 50 });
    await settle();
    expect(signals).toHaveLength(2);
    clock.advance(50);
    await expect(third).rejects.toMatchObject({ code: Code.DeadlineExceeded });
    near.close();
    await settle();
    expect(clock.pending).toBe(0);
  });

  test("of a caller that has given up already does not begin to count", async () => {
    const { near } = await setUp();

    await expect(near.get("a", { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: Code.Cancelled });
    expect(await near.get("a")).toBe("none");
  });
});

describe("without a live watch", () => {
  test("each get asks the cache", async () => {
    const { near, asked, gate } = await setUp({}, false);
    gate.hold = true;
    const both = [near.get("a"), near.get("a")];
    await settle();
    gate.release();
    await Promise.all(both);

    expect(asked).toEqual(["a", "a"]);
  });

  test("silence for three signs of life is as good as a cut, and the watch is opened anew", async () => {
    const { near, clock, watches, asked } = await setUp();
    await near.get("a");
    clock.advance(10_000);
    watches.last.send(told(1));
    await settle();

    clock.advance(29_999);
    await near.get("a");
    expect(asked).toEqual(["a"]);
    clock.advance(1);
    await near.get("a");
    expect(asked).toEqual(["a", "a"]);
    await settle();
    clock.advance(100);
    await settle();
    expect(watches.watches).toHaveLength(2);
    expect(watches.watches[0]?.isOver).toBe(true);
  });

  test("copies wait for the watch to go on where it stood", async () => {
    const { near, clock, watches, asked } = await setUp();
    await near.get("a");
    await near.get("b");
    watches.last.cut();
    await settle();
    expect(await near.get("a")).toBe("none");
    expect(asked).toEqual(["a", "b", "a"]);

    clock.advance(100);
    await settle();
    expect(watches.last.resumeAfter).toEqual({ epoch: "e", sequence: 1 });
    await near.get("b");
    expect(asked).toEqual(["a", "b", "a", "b"]);
    watches.last.send(told(3, ["b"]));
    await settle();

    await near.get("a");
    await near.get("b");
    expect(asked).toEqual(["a", "b", "a", "b", "b"]);
    expect(near.stats.flushes).toBe(0);
  });

  test.each([
    ["there is a gap", told(9, [], true), 100],
    ["another count began", { ...told(1), position: { epoch: "f", sequence: 1 } }, 100],
    ["the count went back", told(0), 100],
    ["the cut took too long", told(1), 60_000],
  ])("all copies go: %s", async (_what, message, cutMs) => {
    const { near, clock, watches, asked } = await setUp();
    await near.get("a");
    watches.last.cut();
    await settle();
    clock.advance(100);
    await settle();
    clock.advance(cutMs - 100);
    await settle();
    clock.advance(200);
    await settle();

    watches.last.send(message);
    await settle();
    await near.get("a");

    expect(asked).toEqual(["a", "a"]);
    expect(near.stats).toMatchObject({ flushes: 1, entries: 1 });
  });

  test("waits between watches grow, and start over once a message has come", async () => {
    const { clock, watches } = await setUp({ random: () => 0.999_999 });
    const waits: number[] = [];
    for (let cut = 0; cut < 9; cut++) {
      if (cut === 8) watches.last.send(told(1));
      await settle();
      watches.last.cut();
      await settle();
      waits.push(clock.nextInMs);
      clock.advance(clock.nextInMs);
      await settle();
    }

    expect(waits).toEqual([200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000, 200]);
  });
});

describe("several watches", () => {
  test("a copy is tied to the one that its entry came from", async () => {
    const { near, watches, asked, entries } = await setUp();
    const others = fakeWatches();
    const stop = near.follow("x", others.open);
    others.last.send(told(1));
    await settle();
    entries.set("b", { watch: "x" });
    await near.get("a");
    await near.get("b");

    watches.last.cut();
    await settle();
    await near.get("a");
    await near.get("b");
    expect(asked).toEqual(["a", "b", "a"]);

    stop();
    await near.get("b");
    expect(asked).toEqual(["a", "b", "a", "b"]);
    expect(near.stats.entries).toBe(1); // that of a waits for its watch
    expect(others.last.isOver).toBe(true);
    expect(() => near.follow("w", watches.open)).toThrow('watch "w" is followed already');
  });
});

describe("limits", () => {
  test("the copy that was used least recently goes first", async () => {
    const { near, asked } = await setUp({ maxEntries: 2 });
    for (const key of ["a", "b", "a", "c", "a"]) await near.get(key);
    expect(asked).toEqual(["a", "b", "c"]);
    expect(near.stats.entries).toBe(2);
    await near.get("b");
    expect(asked).toEqual(["a", "b", "c", "b"]);
  });

  test("bytes are counted with keys and overhead, and a copy over the limit is none", async () => {
    const { near, asked, entries } = await setUp({ maxBytes: 1_000 });
    entries.set("a", { bytes: 400 });
    entries.set("b", { bytes: 400 });
    entries.set("c", { bytes: 839 });

    for (const key of ["a", "b", "b", "c", "b"]) await near.get(key);

    expect(asked).toEqual(["a", "b", "c"]);
    expect(near.stats).toMatchObject({ entries: 1, bytes: 562 });
  });

  test.each([{ maxEntries: 0 }, { maxBytes: -1 }, { silenceMs: Number.NaN }])("%j is refused", (limits) => {
    expect(() => createNearCache({ fetch: () => Promise.reject(), ...limits })).toThrow(RangeError);
  });
});

test("after close nothing is answered, watched or kept", async () => {
  const { near, clock, watches } = await setUp();
  await near.get("a");

  near.close();
  await settle();

  await expect(near.get("a")).rejects.toMatchObject({ code: Code.FailedPrecondition });
  expect(near.stats).toMatchObject({ entries: 0, bytes: 0 });
  expect(watches.last.isOver).toBe(true);
  expect(clock.pending).toBe(0);
});
