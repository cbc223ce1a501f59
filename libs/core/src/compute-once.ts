import { type Clock, sleep, systemClock } from "./clock.js";
import { Code } from "./code.js";
import { WeftError } from "./weft-error.js";

/** What somebody is told who asks for a value that one of all callers is to compute. */
export type LeaseAnswer<Value> =
  | { readonly state: "hit"; readonly value: Value }
  /** It is him. */
  | { readonly state: "granted"; readonly token: string }
  /** Somebody else is at it, still. */
  | { readonly state: "taken"; readonly stale?: { readonly value: Value } | undefined };

/** Where a value is kept, and leases for computing it are given. */
export interface LeaseDesk<Value> {
  /** Asks, and may wait where somebody else computes. Fails with DEADLINE_EXCEEDED when the time is up. */
  ask(mayWait: boolean): Promise<LeaseAnswer<Value>>;
  store(value: Value, token: string): Promise<unknown>;
  release(token: string): Promise<unknown>;
}

// Where a desk lets nobody more wait, it is asked again after so long, then twice that, up to a limit.
const firstPauseMs = 50;
const longestPauseMs = 1_000;

export interface ComputeOnceOptions {
  readonly takesStale: boolean;
  /** Defaults to the system's. */
  readonly clock?: Clock;
}

/**
 * The value, computed by one of all callers who want it at the same time; the others wait for it, or take at once what is
 * stale, if `takesStale` says so.
 * What `compute` throws is the error of its own caller alone: then another one computes. Where leases cannot be had
 * (UNAVAILABLE), each computes for himself; a value that cannot be stored is still its caller's.
 */
export async function computeOnce<Value>(
  desk: LeaseDesk<Value>,
  compute: () => Promise<Value> | Value,
  { takesStale, clock = systemClock }: ComputeOnceOptions,
): Promise<Value> {
  let pauseMs = firstPauseMs;
  for (let mayWait = !takesStale; ; mayWait = true) {
    const answer = await desk.ask(mayWait).catch(awayOrThrow);
    if (answer === undefined) return compute();
    if (answer.state === "hit") return answer.value;
    if (answer.state === "granted") return computeUnderLease(desk, answer.token, compute);
    if (takesStale && answer.stale !== undefined) return answer.stale.value;
    if (!mayWait) continue;
    await sleep(pauseMs, { clock });
    pauseMs = Math.min(pauseMs * 2, longestPauseMs);
  }
}

async function computeUnderLease<Value>(
  desk: LeaseDesk<Value>,
  token: string,
  compute: () => Promise<Value> | Value,
): Promise<Value> {
  const release = () => desk.release(token).catch(() => {}); // it ends by itself, later
  let value: Value;
  try {
    value = await compute();
  } catch (error) {
    await release();
    throw error;
  }
  await desk.store(value, token).catch(release);
  return value;
}

function awayOrThrow(error: unknown): undefined {
  if (error instanceof WeftError && error.code === Code.Unavailable) return;
  throw error;
}
