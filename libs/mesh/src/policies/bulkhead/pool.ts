import type { Concurrency } from "@weft/contracts/function";
import type { Clock, WeftError } from "@weft/core";
import type { Call } from "../../call.js";
import { workerPoolEvents } from "../../events/events.js";
import { timedOut } from "../timed-out.js";
import { overloaded } from "./overloaded.js";
import { type Waiting, WaitingLine } from "./waiting-line.js";

/** What a pool does and has done. */
export interface PoolStatus {
  /** `gateway.SHAPE`, or `service.function`. */
  readonly name: string;
  readonly maxRunning: number;
  readonly maxQueued: number;
  readonly running: number;
  readonly queued: number;
  /** Calls that ran and are over. */
  readonly executed: number;
  /** Those of them that ended with an error. */
  readonly failed: number;
}

/**
 * So many calls at once, and so many that wait for their turn. A call has one slot, whoever asks for it and however often
 * it ends.
 */
export interface Pool {
  readonly status: PoolStatus;
  /**
   * Nothing: the call has a slot. A promise: it waits for one, and rejects if the call is cancelled or its time is up
   * first. Throws OVERLOADED if there is no room to wait either.
   */
  enter(call: Call): void | Promise<void>;
  /** Gives back the slot of a call that is over, if it had one. */
  leave(call: Call, error: WeftError | undefined): void;
  /** What `enter` would refuse the next call with. */
  refusal(): WeftError | undefined;
  /** Holds from now on; calls over a lower maximum run to their end. */
  resize(concurrency: Concurrency): void;
}

interface Waiter extends Waiting<Waiter> {
  readonly call: Call;
  readonly sinceMs: number;
  readonly enter: () => void;
  readonly giveUp: (reason: unknown) => void;
}

export function createPool(name: string, concurrency: Concurrency, clock: Clock): Pool {
  const { taskStart, taskStop, taskException, taskRejected } = workerPoolEvents;
  let { maxRunning, maxQueued } = concurrency;
  const running = new Map<Call, number>(); // since when; a map, so that nobody gives back a slot twice
  const line = new WaitingLine<Waiter>();
  let executed = 0;
  let failed = 0;

  function run(call: Call, queuedMs: number, nowMs: number): void {
    running.set(call, nowMs);
    if (taskStart.hasListeners) taskStart.publish({ pool: name, queued_us: Math.round(queuedMs * 1_000) });
  }

  function wait(call: Call): Promise<void> {
    const { abort, deadlineAt } = call;
    const { signal } = abort;
    return new Promise((resolve, reject) => {
      const sinceMs = clock.now();
      const leave = (reason: unknown) => {
        line.leave(waiter);
        waiter.giveUp(reason);
      };
      const aborted = () => leave(signal.reason);
      const cancelTimer =
        deadlineAt === Number.POSITIVE_INFINITY
          ? () => {}
          : clock.after(deadlineAt - sinceMs, () => leave(timedOut(call, clock.now())));
      const stopWaiting = () => {
        cancelTimer();
        signal.removeEventListener("abort", aborted);
      };
      const waiter: Waiter = {
        call,
        sinceMs,
        enter() {
          stopWaiting();
          resolve();
        },
        giveUp(reason) {
          stopWaiting();
          reject(reason);
        },
        previous: undefined,
        next: undefined,
      };
      line.join(waiter);
      signal.addEventListener("abort", aborted, { once: true });
    });
  }

  /** Lets in who waits, as long as there is room. The slot is theirs from here on, not from when they get to run. */
  function letIn(): void {
    while (running.size < maxRunning) {
      const waiter = line.takeFirst();
      if (waiter === undefined) return;
      const { call, sinceMs } = waiter;
      const nowMs = clock.now();
      if (call.deadlineAt <= nowMs) {
        waiter.giveUp(timedOut(call, nowMs)); // its timer is late: timers are, when there is much to do
        continue;
      }
      run(call, nowMs - sinceMs, nowMs);
      waiter.enter();
    }
  }

  function refusal(): WeftError | undefined {
    return running.size < maxRunning || line.length < maxQueued ? undefined : overloaded(name, maxRunning, maxQueued);
  }

  return {
    get status() {
      return { name, maxRunning, maxQueued, running: running.size, queued: line.length, executed, failed };
    },
    enter(call) {
      if (call.abort.signal.aborted) throw call.abort.signal.reason;
      if (running.size < maxRunning) return run(call, 0, clock.now());
      const refused = refusal();
      if (refused === undefined) return wait(call);
      if (taskRejected.hasListeners) taskRejected.publish({ pool: name, running: running.size, queued: line.length });
      throw refused;
    },
    leave(call, error) {
      const sinceMs = running.get(call);
      if (sinceMs === undefined) return;
      running.delete(call);
      executed++;
      if (error !== undefined) failed++;
      const { hasListeners } = error === undefined ? taskStop : taskException;
      if (hasListeners) {
        const done = { pool: name, duration_us: Math.round((clock.now() - sinceMs) * 1_000) };
        if (error === undefined) taskStop.publish(done);
        else taskException.publish({ ...done, error });
      }
      if (line.length > 0) letIn();
    },
    refusal,
    resize(concurrency) {
      ({ maxRunning, maxQueued } = concurrency);
      letIn();
    },
  };
}
