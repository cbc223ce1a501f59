import type { Clock } from "@weft/core";

const tickMs = 5_000;
const idleTicks = 2;

export interface LivenessActions {
  readonly ping: (number: number) => void;
  /** Neither an answer to the ping nor anything else has come. */
  readonly silent: () => void;
}

/**
 * Finds out that a node hangs while its connection stands: a ping after 10 s without a word, and 5 s to say something. It
 * counts turns of its own timer, so that a process that was stopped itself, and has much to read, does not blame the node.
 */
export class Liveness {
  readonly #clock: Clock;
  readonly #actions: LivenessActions;
  #quietTicks = 0;
  #lastPing = 0;
  #stopTimer = () => {};

  constructor(clock: Clock, actions: LivenessActions) {
    this.#clock = clock;
    this.#actions = actions;
  }

  /** The first ping asks whether the node knows links at all. */
  start(): void {
    this.#quietTicks = idleTicks;
    this.#ask();
    this.#wait();
  }

  /** Anything has come. */
  heard(): void {
    this.#quietTicks = -1; // the turn that is under way does not count
  }

  stop(): void {
    this.#stopTimer();
  }

  #wait(): void {
    this.#stopTimer = this.#clock.after(tickMs, () => this.#tick());
  }

  #tick(): void {
    this.#quietTicks++;
    if (this.#quietTicks > idleTicks) this.#actions.silent();
    else {
      if (this.#quietTicks === idleTicks) this.#ask();
      this.#wait();
    }
  }

  #ask(): void {
    this.#lastPing = (this.#lastPing % 0xffff_ffff) + 1;
    this.#actions.ping(this.#lastPing);
  }
}
