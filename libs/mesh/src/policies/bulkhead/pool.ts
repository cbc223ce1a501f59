import type { Concurrency } from "@weft/contracts/function";
import type { Clock, WeftError } from "@weft/core";
import type { Call } from "../../call.js";
import { isAborted, onAbort } from "../../call-abort.js";
import { workerPoolEvents } from "../../events/events.js";
import { timedOut } from "../timed-out.js";
import { overloaded } from "./overloaded.js";
import type { Slot } from "./slot.js";
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

/** So many calls at once, and so many that wait for their turn. */
export interface Pool {
  readonly status: PoolStatus;
  /**
   * Nothing: the call has a slot, the first of its `slot`s. A promise: it waits for one, and rejects if the call is
   * cancelled or its time is up first. Throws OVERLOADED if there is no room to wait either.
   */
  enter(call: Call): void | Promise<void>;
  /** Takes back a slot. Called by `giveBack` alone, which sees to it that this happens once. */
  leave(slot: Slot, error: WeftError | undefined): void;
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
  const line = new WaitingLine<Waiter>();
  let running = 0;
  let executed = 0;
  let failed = 0;

  /** A reading of the clock costs as much as all of this (80 ns measured), so only where somebody wants to know. */
  function run(call: Call, queuedMs: number): void {
    running++;
    const isWatched = taskStart.hasListeners || taskStop.hasListeners || taskException.hasListeners;
    call.slot = { pool, sinceMs: isWatched ? clock.now() : Number.NaN, next: call.slot };
    if (taskStart.hasListeners) taskStart.publish({ pool: name, queued_us: Math.round(queuedMs * 1_000) });
  }

  function wait(call: Call): Promise<void> {
    const { abort, deadlineAt } = call;
    return new Promise((resolve, reject) => {
      const sinceMs = clock.now();
      const leave = (reason: unknown) => {
        line.leave(waiter);
        waiter.giveUp(reason);
      };
      const cancelTimer =
        deadlineAt === Number.POSITIVE_INFINITY
          ? () => {}
          : clock.after(deadlineAt - sinceMs, () => leave(timedOut(call, clock.now())));
      const stopListening = onAbort(abort, () => leave(abort.signal.reason));
      const stopWaiting = () => {
        cancelTimer();
        stopListening();
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
    });
  }

  /** Lets in who waits, as long as there is room. The slot is theirs from here on, not from when they get to run. */
  function letIn(): void {
    while (running < maxRunning) {
      const waiter = line.takeFirst();
      if (waiter === undefined) return;
      const { call, sinceMs } = waiter;
      const nowMs = clock.now();
      if (call.deadlineAt <= nowMs) {
        waiter.giveUp(timedOut(call, nowMs)); // its timer is late: timers are, when there is much to do
        continue;
      }
      run(call, nowMs - sinceMs);
      waiter.enter();
    }
  }

  function refusal(): WeftError | undefined {
    return running < maxRunning || line.length < maxQueued ? undefined : overloaded(name, maxRunning, maxQueued);
  }

  const pool: Pool = {
    get status() {
      return { name, maxRunning, maxQueued, running, queued: line.length, executed, failed };
    },
    enter(call) {
      if (isAborted(call.abort)) throw call.abort.signal.reason;
      if (running < maxRunning) return run(call, 0);
      const refused = refusal();
      if (refused === undefined) return wait(call);
      if (taskRejected.hasListeners) taskRejected.publish({ pool: name, running, queued: line.length });
      throw refused;
    },
    leave({ sinceMs }, error) {
      running--;
      executed++;
      if (error !== undefined) failed++;
      const { hasListeners } = error === undefined ? taskStop : taskException;
      if (hasListeners && !Number.isNaN(sinceMs)) {
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
  return pool;
}
