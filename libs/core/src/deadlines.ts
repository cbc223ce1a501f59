import type { Clock } from "./clock.js";

interface Ending {
  /** On the monotonic clock; Infinity: never. */
  readonly endsAt: number;
}

/** The calls under way, in a Map or a Set. */
interface Calls<Call> {
  values(): Iterable<Call>;
}

/**
 * Ends calls whose time is up, by one timer for all: it is set to the earliest of them, so that calls of one time limit set
 * it once in that time, and not once each.
 */
export class Deadlines<Call extends Ending> {
  readonly #calls: Calls<Call>;
  readonly #clock: Clock;
  readonly #expire: (call: Call) => void;
  #nextAt = Number.POSITIVE_INFINITY;
  #stopTimer = () => {};

  constructor(calls: Calls<Call>, clock: Clock, expire: (call: Call) => void) {
    this.#calls = calls;
    this.#clock = clock;
    this.#expire = expire;
  }

  added(endsAt: number): void {
    if (endsAt < this.#nextAt) this.#set(endsAt);
  }

  stop(): void {
    this.#stopTimer();
    this.#nextAt = Number.POSITIVE_INFINITY;
  }

  #set(nextAt: number): void {
    this.#stopTimer();
    this.#nextAt = nextAt;
    this.#stopTimer = this.#clock.after(Math.max(1, nextAt - this.#clock.now()), () => this.#sweep());
  }

  #sweep(): void {
    const nowMs = this.#clock.now();
    let nextAt = Number.POSITIVE_INFINITY;
    for (const call of this.#calls.values()) {
      if (call.endsAt <= nowMs) this.#expire(call);
      else if (call.endsAt < nextAt) nextAt = call.endsAt;
    }
    this.#nextAt = nextAt;
    this.#stopTimer = () => {};
    if (nextAt !== Number.POSITIVE_INFINITY) this.#set(nextAt);
  }
}
