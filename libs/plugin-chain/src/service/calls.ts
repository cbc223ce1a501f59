import { Code, Reason, WeftError } from "@weft/core";
import type { Callbacks, Dispatch } from "../callback.js";
import type { Config } from "../config/config.js";
import type { Part } from "../plugin.js";
import type { Snapshot } from "./snapshot.js";

/** A call that has been let in. It stays on the snapshot that it met, whatever changes meanwhile. */
export interface EnteredCall<C extends Callbacks> {
  readonly dispatch: Dispatch<C>;
  readonly config: Config;
  /** To be called, as a method, when the call has ended. Repeating it changes nothing. */
  leave(): void;
}

/** Why no call is let in. */
export type Refusal = typeof Reason.Paused | typeof Reason.Draining;

/** The calls of a service: which snapshot they are on, how many there are, and whether more may come. */
export interface Calls<C extends Callbacks> {
  readonly current: Snapshot<C>;
  readonly inFlight: number;
  /** Lets calls in, or answers them with UNAVAILABLE. */
  open(): void;
  close(reason: Refusal): void;
  readonly isOpen: boolean;
  /** Throws UNAVAILABLE while closed. */
  enter(): EnteredCall<C>;
  /** Later calls meet `next`; those in flight do not notice. */
  replace(next: Snapshot<C>): void;
  /** True while a call may still reach this part through a snapshot that has been replaced. */
  isHeld(part: Part): boolean;
  /** Ends as soon as no call is in flight. */
  whenIdle(): Promise<void>;
}

interface Generation<C extends Callbacks> {
  readonly snapshot: Snapshot<C>;
  calls: number;
}

export function createCalls<C extends Callbacks>(
  service: string,
  first: Snapshot<C>,
  /** The last call on a replaced snapshot has ended. */
  onReleased: () => void,
): Calls<C> {
  let current: Generation<C> = { snapshot: first, calls: 0 };
  const replaced = new Set<Generation<C>>();
  let closed: Refusal | undefined = Reason.Draining;
  let inFlight = 0;
  let waiting: (() => void)[] = [];

  /** A class, since a call is let in with every request: its methods are not made anew each time. */
  class Entered implements EnteredCall<C> {
    readonly dispatch: Dispatch<C>;
    readonly config: Config;
    #generation: Generation<C> | undefined;

    constructor(generation: Generation<C>) {
      this.dispatch = generation.snapshot.dispatch;
      this.config = generation.snapshot.config;
      this.#generation = generation;
    }

    leave(): void {
      if (this.#generation !== undefined) leave(this.#generation);
      this.#generation = undefined;
    }
  }

  function leave(generation: Generation<C>): void {
    generation.calls -= 1;
    inFlight -= 1;
    if (inFlight === 0) {
      for (const resolve of waiting) resolve();
      waiting = [];
    }
    if (generation.calls === 0 && replaced.delete(generation)) onReleased();
  }

  return {
    get current() {
      return current.snapshot;
    },
    get inFlight() {
      return inFlight;
    },
    get isOpen() {
      return closed === undefined;
    },
    open() {
      closed = undefined;
    },
    close(reason) {
      closed = reason;
    },
    enter() {
      if (closed !== undefined) {
        const state = closed === Reason.Paused ? "is paused" : "is not running";
        throw new WeftError(Code.Unavailable, `service "${service}" ${state}`, { reason: closed, domain: "weft" });
      }
      current.calls += 1;
      inFlight += 1;
      return new Entered(current);
    },
    replace(next) {
      if (current.calls > 0) replaced.add(current);
      current = { snapshot: Object.freeze({ ...next, revision: current.snapshot.revision + 1 }), calls: 0 };
    },
    isHeld: (part) => [...replaced].some(({ snapshot }) => snapshot.chain.includes(part)),
    whenIdle: () => (inFlight === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
  };
}
