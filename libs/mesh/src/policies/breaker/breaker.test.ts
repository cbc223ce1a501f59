import { describe, expect, test } from "@jest/globals";
import { seededRandom } from "@weft/core/testkit";
import { Breaker, type Verdict } from "./breaker.js";

/** One call after the other, without any that overlap. */
function call(breaker: Breaker, verdict: Verdict, nowMs: number) {
  return breaker.settled(verdict, nowMs, breaker.started(nowMs));
}

function opened(nowMs = 0): Breaker {
  const breaker = new Breaker();
  for (let i = 0; i < 5; i++) call(breaker, "failed", nowMs);
  return breaker;
}

describe("opens", () => {
  test("after five failures in a row", () => {
    const breaker = new Breaker();

    const changes = Array.from({ length: 5 }, () => call(breaker, "failed", 0));

    expect(changes).toEqual([undefined, undefined, undefined, undefined, "opened"]);
  });

  test("a success in between starts the count anew, what says nothing does not", () => {
    const breaker = new Breaker();

    const verdicts: Verdict[] = ["failed", "failed", "failed", "failed", "succeeded", "failed", "failed", "unknown"];
    for (const verdict of [...verdicts, "failed", "failed"] as const) call(breaker, verdict, 0);
    expect(breaker.state(0)).toBe("closed");
    call(breaker, "failed", 0);
    expect(breaker.state(0)).toBe("open");
  });

  test("when half of at least twenty calls failed within ten seconds", () => {
    const breaker = new Breaker();
    const alternate = (count: number, fromMs: number) => {
      for (let i = 0; i < count; i++) call(breaker, i % 2 === 0 ? "succeeded" : "failed", fromMs + i);
    };

    alternate(18, 0);
    alternate(18, 20_000);
    expect(breaker.state(21_000)).toBe("closed");
    alternate(2, 22_000);
    expect(breaker.state(23_000)).toBe("open");
  });
});

test("is open for five seconds, then lets one call at a time through", () => {
  const breaker = opened(0);

  expect([breaker.waitMs(0), breaker.waitMs(4_999), breaker.waitMs(5_000)]).toEqual([5_000, 1, 0]);
  expect(breaker.started(5_000)).toBe(true);
  expect([breaker.state(5_001), breaker.waitMs(5_001)]).toEqual(["half_open", Number.POSITIVE_INFINITY]);
});

test.each([
  ["a success closes it", "succeeded", "closed", 0],
  ["a failure opens it for the whole time again", "failed", "open", 5_000],
  ["what says nothing leaves it to the next call", "unknown", "half_open", 0],
] as const)("the call that tries: %s", (_name, verdict, state, waitMs) => {
  const breaker = opened(0);

  call(breaker, verdict, 6_000);

  expect([breaker.state(6_000), breaker.waitMs(6_000)]).toEqual([state, waitMs]);
});

test("calls that began before it opened change nothing", () => {
  const breaker = opened(0);

  breaker.settled("succeeded", 100, false);
  breaker.settled("failed", 4_000, false);

  expect(breaker.waitMs(4_000)).toBe(1_000);
});

test("the last candidate is left out for a second at most, also while a call that tries hangs", () => {
  const breaker = opened(0);

  expect([breaker.waitMs(999, true), breaker.waitMs(1_000, true)]).toEqual([1, 0]);
  breaker.started(1_000);
  expect([breaker.waitMs(1_999, true), breaker.waitMs(2_000, true)]).toEqual([1, 0]);
});

test("closed by hand it starts over", () => {
  const breaker = opened(0);

  expect([breaker.reset(), breaker.reset()]).toEqual([true, false]);
  for (let i = 0; i < 4; i++) call(breaker, "failed", 10);
  expect(breaker.state(10)).toBe("closed");
});

/** The same rule, written down as a list of everything that happened. */
class Model {
  openedMs: number | undefined;
  probing = false;
  readonly calls: { ms: number; failed: boolean }[] = [];

  admits(nowMs: number): boolean {
    return this.openedMs === undefined || (!this.probing && nowMs - this.openedMs >= 5_000);
  }

  start(): boolean {
    if (this.openedMs !== undefined) this.probing = true;
    return this.openedMs !== undefined;
  }

  settle(verdict: Verdict, nowMs: number, isProbe: boolean): void {
    if (this.openedMs !== undefined && !isProbe) return;
    if (isProbe) {
      this.probing = false;
      if (verdict === "failed") this.openedMs = nowMs;
      else if (verdict === "unknown") this.openedMs = Number.NEGATIVE_INFINITY;
      else {
        this.openedMs = undefined;
        this.calls.length = 0;
      }
      return;
    }
    if (verdict === "unknown") return;
    this.calls.push({ ms: nowMs, failed: verdict === "failed" });
    const lastFive = this.calls.slice(-5);
    const recent = this.calls.filter(({ ms }) => Math.floor(ms / 1_000) > Math.floor(nowMs / 1_000) - 10);
    const share = recent.filter(({ failed }) => failed).length / recent.length;
    const isRow = lastFive.length === 5 && lastFive.every(({ failed }) => failed);
    if (verdict === "failed" && (isRow || (recent.length >= 20 && share >= 0.5))) this.openedMs = nowMs;
  }
}

test.each(Array.from({ length: 40 }, (_, i) => i + 1))(
  "behaves like its model, calls overlapping (seed %d)",
  (seed) => {
    const random = seededRandom(seed);
    const breaker = new Breaker();
    const model = new Model();
    const running: boolean[] = []; // whether each is a probe
    const failing = random();
    let nowMs = 0;

    for (let i = 0; i < 500; i++) {
      nowMs += random() * (random() < 0.1 ? 6_000 : 300);
      expect(breaker.waitMs(nowMs) === 0).toBe(model.admits(nowMs));
      expect(breaker.isOpen).toBe(model.openedMs !== undefined);
      if (running.length < 4 && random() < 0.6) {
        if (model.admits(nowMs)) {
          const isProbe = breaker.started(nowMs);
          expect(isProbe).toBe(model.start());
          running.push(isProbe);
        }
      } else if (running.length > 0) {
        const [isProbe = false] = running.splice(Math.floor(random() * running.length), 1);
        const draw = random();
        const verdict: Verdict = draw < 0.1 ? "unknown" : draw < 0.1 + failing * 0.9 ? "failed" : "succeeded";
        breaker.settled(verdict, nowMs, isProbe);
        model.settle(verdict, nowMs, isProbe);
      }
      expect(running.filter((isProbe) => isProbe).length).toBeLessThanOrEqual(1);
    }
  },
);
