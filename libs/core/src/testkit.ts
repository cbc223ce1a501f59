import type { Clock } from "./clock.js";

/** A clock that stands still until the test moves it. */
export interface FakeClock extends Clock {
  /** Moves time on, running what falls due in its order. Work that those actions schedule runs too, if it falls due. */
  advance(ms: number): void;
  /** How many timers wait. */
  readonly pending: number;
  /** Milliseconds until the next one falls due; Infinity: none waits. */
  readonly nextInMs: number;
}

export function fakeClock(startMs = 1_000): FakeClock {
  const timers = new Set<{ atMs: number; action: () => void }>();
  let nowMs = startMs;
  return {
    now: () => nowMs,
    wallTime: () => 1_700_000_000_000 + nowMs,
    after(waitMs, action) {
      const timer = { atMs: nowMs + Math.max(0, waitMs), action };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance(ms) {
      const untilMs = nowMs + ms;
      for (;;) {
        const due = [...timers].filter((timer) => timer.atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0];
        if (due === undefined) break;
        timers.delete(due);
        nowMs = due.atMs;
        due.action();
      }
      nowMs = untilMs;
    },
    get pending() {
      return timers.size;
    },
    get nextInMs() {
      return Math.min(...[...timers].map(({ atMs }) => atMs)) - nowMs;
    },
  };
}

/** A source of chance that gives these numbers in turn, then throws: the test decides what "random" means. */
export function draws(...values: number[]): () => number {
  let index = 0;
  return () => {
    const value = values[index++];
    if (value === undefined) throw new Error(`only ${values.length} draws were prepared`);
    return value;
  };
}

/** A repeatable source of chance (mulberry32). A failing test prints its seed. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
