import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, test } from "@jest/globals";
import { Code, WeftError } from "@weft/core";
import { fakeClock } from "@weft/core/testkit";
import { createMemoryStore, type MemoryStore } from "../engine/memory-store.js";
import type { ChangeListener, ChangePosition } from "../store/change.js";
import { storeValue } from "../store/stored-value.js";
import { createChangeLog } from "./change-log.js";
import { createWatching, type Watch } from "./create-watching.js";
import { type WatchMessage, type WatchRequest, watchChanges } from "./watch-changes.js";

const value = storeValue("json", Buffer.from("1"));
const everything: WatchRequest = { keys: [], prefixes: [], resumeAfter: undefined };
const cut = new WeftError(Code.Unavailable, "the stream was cut");

function watchedStore(most?: number) {
  const clock = fakeClock();
  const store = createMemoryStore({ capacity: 200_000, clock });
  const watch = createWatching({ clock, ...(most !== undefined && { most }) })(store);
  return { clock, store, watch, ...counted(store) };
}

/** How many listen to a store. */
function counted(store: MemoryStore) {
  const listening = { count: 0 };
  const { watch } = store;
  store.watch = (listener) => {
    listening.count += 1;
    const stop = watch(listener);
    return () => {
      listening.count -= 1;
      stop();
    };
  };
  return { listening };
}

function open(watch: Watch, request: Partial<WatchRequest> = {}) {
  const ending = new AbortController();
  const messages = watch({ ...everything, ...request }, ending.signal);
  return {
    next: async () => (await messages.next()).value as WatchMessage,
    async end() {
      ending.abort(cut);
      return await messages.next().then(
        () => "went on",
        (error: unknown) => error,
      );
    },
  };
}

const told = ({ changes }: WatchMessage) => changes.map(({ sequence, kind, key }) => `${sequence} ${kind} ${key}`);

describe("from now on", () => {
  test("first comes the position alone, then what changes", async () => {
    const { store, watch } = watchedStore();
    store.set("before", value);
    const { next } = open(watch);

    expect(await next()).toEqual({
      position: { epoch: expect.stringMatching(/^.{36}$/), sequence: 1 },
      gap: false,
      changes: [],
    });
    const version = store.set("a", value).version;
    const message = await next();

    expect(message).toMatchObject({ position: { sequence: 2 }, gap: false });
    expect(message.changes).toEqual([{ sequence: 2, kind: "set", key: "a", version }]);
  });

  test("changes of one turn of the event loop come together", async () => {
    const { store, watch } = watchedStore();
    const { next } = open(watch);
    await next();
    const coming = next();

    store.set("a", value);
    store.set("b", value);
    store.remove("a");
    store.clear();

    expect(told(await coming)).toEqual(["1 set a", "2 set b", "3 remove a", "4 clear "]);
  });

  test("a message has at most a thousand changes, or keys of some 256 KiB", async () => {
    const { store, watch } = watchedStore();
    const { next } = open(watch);
    await next();

    for (let i = 0; i < 2_500; i++) store.set(`k${i}`, value);
    for (let i = 0; i < 8; i++) store.set(`${i}`.repeat(100_000), value);

    const counts = [];
    for (let left = 2_508; left > 0; left -= counts.at(-1) as number) counts.push((await next()).changes.length);
    expect(counts).toEqual([1_000, 1_000, 503, 3, 2]);
  });

  test("what is not watched only moves the position", async () => {
    const { store, watch, clock } = watchedStore();
    const { next } = open(watch, { prefixes: ["user:"], keys: ["a"] });
    await next();
    const coming = next();
    for (const key of ["x", "user:1", "y"]) store.set(key, value);

    expect(await coming).toMatchObject({ position: { sequence: 3 }, changes: [{ key: "user:1" }] });

    const sign = next();
    store.set("z", value);
    await nextTurn();
    clock.advance(10_000);
    expect(await sign).toMatchObject({ position: { sequence: 4 }, gap: false, changes: [] });
  });

  test("a position that is far behind is told early", async () => {
    const { store, watch } = watchedStore();
    const { next } = open(watch, { keys: ["a"] });
    await next();

    for (let i = 0; i < 20_000; i++) store.set(`k${i}`, value);

    expect(await next()).toMatchObject({ position: { sequence: 16_384 }, changes: [] });
  });

  test("a sign of life comes ten seconds after the last message", async () => {
    const { store, watch, clock } = watchedStore();
    const { next } = open(watch);
    await next();
    clock.advance(9_999);
    store.set("a", value);
    expect(told(await next())).toEqual(["1 set a"]);

    let isThere = false;
    const sign = next().then((message) => {
      isThere = true;
      return message;
    });
    await nextTurn();
    clock.advance(9_999);
    await nextTurn();
    expect(isThere).toBe(false);
    clock.advance(1);

    expect(await sign).toMatchObject({ position: { sequence: 1 }, changes: [] });
  });
});

describe("resumed", () => {
  test("what was missed comes first", async () => {
    const { store, watch } = watchedStore();
    const first = open(watch);
    await first.next();
    store.set("a", value);
    const { position } = await first.next();
    await first.end();
    store.set("b", value);
    store.remove("a");

    const { next } = open(watch, { resumeAfter: position });

    expect(await next()).toEqual({ position, gap: false, changes: [] });
    expect(told(await next())).toEqual(["2 set b", "3 remove a"]);
  });

  test.each<[string, (position: ChangePosition) => ChangePosition]>([
    ["of another epoch", ({ sequence }) => ({ epoch: "other", sequence })],
    ["of the future", ({ epoch, sequence }) => ({ epoch, sequence: sequence + 1 })],
    ["from before the log", ({ epoch }) => ({ epoch, sequence: 0 })],
  ])("a position %s is answered with a gap and the present one", async (_, other) => {
    const { store, watch } = watchedStore();
    store.set("a", value);
    const { position } = await open(watch).next();

    const { next } = open(watch, { resumeAfter: other(position) });

    expect(await next()).toEqual({ position, gap: true, changes: [] });
    store.set("b", value);
    expect(await next()).toMatchObject({ gap: false, changes: [{ key: "b" }] });
  });

  test("a store that was started anew has another epoch", async () => {
    const { position } = await open(watchedStore().watch).next();

    expect(await open(watchedStore().watch, { resumeAfter: position }).next()).toMatchObject({ gap: true });
  });

  test("the log ends a minute after the last watch, with the next change", async () => {
    const { store, watch, clock, listening } = watchedStore();
    const first = open(watch);
    const { position } = await first.next();
    await first.end();

    clock.advance(60_000);
    store.set("a", value);
    expect(listening.count).toBe(1);
    const second = open(watch, { resumeAfter: position });
    expect(await second.next()).toMatchObject({ gap: false });
    await second.end();
    clock.advance(60_001);
    store.set("b", value);

    expect(listening.count).toBe(0);
    expect(await open(watch, { resumeAfter: position }).next()).toMatchObject({
      gap: true,
      position: { sequence: 2 },
    });
  });
});

describe("a reader", () => {
  test("that is slower than the log is long gets a gap and goes on from there", async () => {
    const { store, watch } = watchedStore();
    const { next } = open(watch);
    await next();

    for (let i = 0; i < 65_537; i++) store.set(`k${i}`, value);
    expect(await next()).toMatchObject({ gap: true, changes: [], position: { sequence: 65_537 } });

    store.set("a", value);
    expect(await next()).toMatchObject({ gap: false, changes: [{ key: "a" }] });
  });

  test("that is just as slow as the log is long gets everything", async () => {
    const { store, watch } = watchedStore();
    const { next } = open(watch);
    await next();

    for (let i = 0; i < 65_536; i++) store.set(`k${i}`, value);

    let count = 0;
    while (count < 65_536) {
      const { gap, changes } = await next();
      expect(gap).toBe(false);
      count += changes.length;
    }
  });

  test("that leaves gets the reason, and nothing of it is left", async () => {
    const { clock, watch } = watchedStore();
    const waiting = open(watch);
    await waiting.next();
    const coming = waiting.next().catch((error: unknown) => error);
    const busy = open(watch);
    await busy.next();

    expect([await waiting.end(), await coming]).toEqual(["went on", cut]);
    expect(await busy.end()).toBe(cut);
    expect(clock.pending).toBe(0);
  });

  test("that has left before it began gets the reason too", async () => {
    const { watch, clock } = watchedStore();

    expect(await open(watch).end()).toBe(cut);
    expect(clock.pending).toBe(0);
  });
});

test("watches are bounded, and an end makes room", async () => {
  const { watch } = watchedStore(2);
  const [first, second] = [open(watch), open(watch)];
  await Promise.all([first.next(), second.next()]);

  await expect(open(watch).next()).rejects.toMatchObject({
    code: Code.ResourceExhausted,
    reason: "TOO_MANY_STREAMS",
    metadata: { limit: "2" },
  });
  await first.end();

  expect(await open(watch).next()).toMatchObject({ changes: [] });
});

describe("a store behind a connection", () => {
  /** Tells what the test says. */
  function remoteStore() {
    const listeners: ChangeListener[] = [];
    const watchStore = (listener: ChangeListener) => {
      listeners.push(listener);
      return () => {};
    };
    const log = createChangeLog({ watch: watchStore }, { clock: fakeClock() });
    const watch: Watch = (request, signal) => watchChanges(log, request, { clock: fakeClock(), signal });
    return { watch, store: () => listeners.at(-1) as ChangeListener };
  }
  const position = { epoch: "e", sequence: 7 };
  const change = { sequence: 8, kind: "set", key: "a", version: 1 } as const;

  test("is waited for", async () => {
    const { watch, store } = remoteStore();
    const { next } = open(watch);
    const first = next();
    await nextTurn();

    store().started(position);
    store().changed(change);

    expect(await first).toEqual({ position: { epoch: "e", sequence: 8 }, gap: false, changes: [] });
  });

  test("that may have missed changes makes a gap, unless none was missed", async () => {
    const { watch, store } = remoteStore();
    const { next } = open(watch);
    const first = next();
    store().started(position);
    await first;

    store().started(position);
    store().changed(change);
    expect(await next()).toMatchObject({ gap: false, changes: [{ key: "a" }] });
    store().started({ epoch: "e", sequence: 9 });
    expect(await next()).toEqual({ gap: true, changes: [], position: { epoch: "e", sequence: 9 } });
    store().started({ epoch: "f", sequence: 9 });
    expect(await next()).toEqual({ gap: true, changes: [], position: { epoch: "f", sequence: 9 } });
  });

  test("that is lost ends its watches, and the next one asks it again", async () => {
    const { watch, store } = remoteStore();
    const [early, late] = [open(watch), open(watch)];
    const before = early.next().catch((error: unknown) => error);
    const first = late.next();
    store().lost(cut);

    expect(await before).toBe(cut);
    await expect(first).rejects.toBe(cut);
    const again = open(watch);
    const position2 = again.next();
    store().started(position);
    expect(await position2).toMatchObject({ position });
  });
});
