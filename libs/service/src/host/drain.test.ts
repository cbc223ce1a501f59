import { expect, test } from "@jest/globals";
import { fakeClock } from "@weft/core/testkit";
import { createLiveCalls, type LiveCall } from "../rpc/live-calls.js";
import { drain } from "./drain.js";

/** A drain that writes down what happens when, on a clock of the test. */
function draining(calls: readonly Pick<LiveCall, "isStream">[], options: { holdsDiscovery?: boolean } = {}) {
  const clock = fakeClock(0);
  const liveCalls = createLiveCalls({ maxStreams: 10, maxStreamsPerConnection: 10 });
  const events: string[] = [];
  const note = (what: string) => events.push(`${clock.now()} ${what}`);
  const enter = (isStream: boolean) => {
    const abort = new AbortController();
    const leave = liveCalls.enter({ abort, connection: "10.0.0.1:5000", isStream });
    abort.signal.addEventListener("abort", () => note(`${isStream ? "stream" : "unary"} ended`));
    return leave;
  };
  const leaves = calls.map(({ isStream }) => enter(isStream));
  let left = () => {};
  const done = drain({
    leaveHealth: () => note("health left"),
    drainLinks: () => note("links draining"),
    closeLinks: () => note("links closed"),
    leaveDiscovery() {
      note("discovery left");
      return options.holdsDiscovery
        ? new Promise((resolve) => {
            left = resolve;
          })
        : Promise.resolve();
    },
    lameDuckMs: 300,
    timeoutMs: 5_000,
    liveCalls,
    clock,
  }).then(() => note("drained"));
  return {
    clock,
    events,
    done,
    leaves,
    discoveryLeft: () => left(),
    isOpen() {
      try {
        enter(false)();
        return true;
      } catch {
        return false;
      }
    },
  };
}

/** Lets everything run that waits for promises only. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

test("callers learn first, then streams end, and unary calls are waited for", async () => {
  const { clock, events, done, leaves, isOpen } = draining([{ isStream: true }, { isStream: false }]);
  await settle();
  expect(events).toEqual(["0 health left", "0 links draining", "0 discovery left"]);

  clock.advance(299);
  await settle();
  expect(isOpen()).toBe(true);

  clock.advance(1);
  await settle();
  expect(isOpen()).toBe(false);
  leaves[0]?.();
  clock.advance(2_000);
  leaves[1]?.();
  await done;

  expect(events).toEqual([
    "0 health left",
    "0 links draining",
    "0 discovery left",
    "300 stream ended",
    "2300 links closed",
    "2300 drained",
  ]);
  expect(clock.pending).toBe(0);
});

test("the lame-duck time begins when discovery has been left", async () => {
  const { clock, discoveryLeft, isOpen, done } = draining([], { holdsDiscovery: true });
  clock.advance(1_000);
  await settle();
  expect(isOpen()).toBe(true);

  discoveryLeft();
  await settle();
  expect(isOpen()).toBe(true);
  clock.advance(300);
  await done;

  expect(isOpen()).toBe(false);
});

test("calls that do not finish are cut at the limit, and not before", async () => {
  const { clock, events, done } = draining([{ isStream: false }]);
  await settle();
  clock.advance(300);
  await settle();

  clock.advance(4_999);
  await settle();
  expect(events).toEqual(["0 health left", "0 links draining", "0 discovery left"]);
  clock.advance(1);
  await done;

  expect(events.slice(3)).toEqual(["5300 unary ended", "5300 links closed", "5300 drained"]);
});
