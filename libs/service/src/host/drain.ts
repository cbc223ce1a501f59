import { type Clock, sleep } from "@weft/core";
import type { LiveCalls } from "../rpc/live-calls.js";

export interface DrainSteps {
  /** Health says NOT_SERVING. */
  readonly leaveHealth: () => void;
  /** Callers hear on their links that no more calls should come. */
  readonly drainLinks: () => void;
  /** Discovery no longer lists this node. */
  readonly leaveDiscovery: () => Promise<void>;
  /** How long callers take to notice; until then calls are still taken. */
  readonly lameDuckMs: number;
  readonly liveCalls: LiveCalls;
  /** Ends the links, each after what was answered on it. */
  readonly closeLinks: () => void;
  readonly timeoutMs: number;
  readonly clock: Clock;
}

/**
 * Ends the work of a process so that no call is lost: callers learn first, then new calls are refused, then streams end,
 * and unary calls finish. The connections are closed only after that: a GOAWAY in the middle of calls can lose them
 * (grpc-node#3068).
 */
export async function drain(steps: DrainSteps): Promise<void> {
  const { liveCalls, clock, timeoutMs } = steps;
  steps.leaveHealth();
  steps.drainLinks();
  await steps.leaveDiscovery();
  await sleep(steps.lameDuckMs, { clock });
  liveCalls.refuse();
  liveCalls.endStreams();
  const limit = new AbortController();
  await Promise.race([liveCalls.whenIdle(), sleep(timeoutMs, { clock, signal: limit.signal }).catch(() => {})]);
  limit.abort();
  liveCalls.endAll(); // their callers get a status; their handlers are told, and not waited for
  steps.closeLinks();
}
