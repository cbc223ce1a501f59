import type { FunctionConfig } from "@weft/contracts/function";
import { workerPoolEvents } from "../../events/events.js";
import type { Impairments } from "../../peers/impairments.js";
import { Breaker, type BreakerState, type Verdict } from "./breaker.js";

// More functions than a node has: only one that changes its set again and again gets there.
const mostFunctions = 4_096;

/** A breaker that is not closed. */
export interface OpenBreaker {
  readonly function: string;
  /** Empty: unversioned. */
  readonly version: string;
  readonly state: BreakerState;
}

interface Entry {
  readonly config: FunctionConfig;
  readonly breaker: Breaker;
}

/**
 * The breakers of one node, by what its functions are: a new revision that defines a function as before keeps its
 * breaker. They go with the node.
 */
export class Breakers {
  readonly #node: string;
  readonly #impairments: () => Impairments;
  readonly #entries = new Map<string, Entry>();

  /** `impairments` answers those of the process, as long as the node belongs to it. */
  constructor(node: string, impairments: () => Impairments) {
    this.#node = node;
    this.#impairments = impairments;
  }

  /** Until a call of the function may go, in milliseconds; 0: now. */
  waitMs(hash: string, nowMs: number, isLast = false): number {
    return this.#entries.get(hash)?.breaker.waitMs(nowMs, isLast) ?? 0;
  }

  /** A call of the function goes there now. The answer is to be handed to `settled`. */
  started(config: FunctionConfig, nowMs: number): boolean {
    return this.#breaker(config).started(nowMs);
  }

  settled(config: FunctionConfig, verdict: Verdict, nowMs: number, isProbe: boolean): void {
    const change = this.#breaker(config).settled(verdict, nowMs, isProbe);
    if (change === "opened") {
      this.#impairments().opened(config.hash, 1);
      const event = workerPoolEvents.breakerOpen;
      if (event.hasListeners)
        event.publish({ function: nameOf(config), node: this.#node, reason: "too many of the last calls failed" });
    } else if (change === "closed") this.#closed(config);
  }

  /** Starts over with none. */
  forget(): void {
    for (const [hash, { breaker }] of this.#entries) if (breaker.isOpen) this.#impairments().opened(hash, -1);
    this.#entries.clear();
  }

  /** Closes those of a function, or all if the name is empty. Answers how many were open. */
  reset(functionName: string): number {
    let count = 0;
    for (const { config, breaker } of this.#entries.values()) {
      if ((functionName !== "" && config.function !== functionName) || !breaker.reset()) continue;
      this.#closed(config);
      count++;
    }
    return count;
  }

  state(hash: string, nowMs: number): BreakerState {
    return this.#entries.get(hash)?.breaker.state(nowMs) ?? "closed";
  }

  /** Those that are not closed. */
  open(nowMs: number): OpenBreaker[] {
    return [...this.#entries.values()]
      .filter(({ breaker }) => breaker.isOpen)
      .map(({ config, breaker }) => ({
        function: config.function,
        version: config.version ?? "",
        state: breaker.state(nowMs),
      }));
  }

  #breaker(config: FunctionConfig): Breaker {
    const known = this.#entries.get(config.hash);
    if (known !== undefined) return known.breaker;
    if (this.#entries.size >= mostFunctions) this.#forgetOldest();
    const breaker = new Breaker(() => this.#impairments().changed());
    this.#entries.set(config.hash, { config, breaker });
    return breaker;
  }

  #forgetOldest(): void {
    for (const [hash, { breaker }] of this.#entries) {
      if (breaker.isOpen) this.#impairments().opened(hash, -1);
      this.#entries.delete(hash);
      return;
    }
  }

  #closed(config: FunctionConfig): void {
    this.#impairments().opened(config.hash, -1);
    const event = workerPoolEvents.breakerClose;
    if (event.hasListeners) event.publish({ function: nameOf(config), node: this.#node });
  }
}

function nameOf({ service, function: name }: FunctionConfig): string {
  return `${service}.${name}`;
}
