import { Reason, type WeftError } from "@weft/core";
import { type Call, targetOf } from "../call.js";
import { callFields } from "../events/call-fields.js";
import { executorEvents } from "../events/events.js";
import type { Peer } from "../peers/peer.js";
import { isTimeout, verdictOf } from "./breaker/verdict.js";
import { isBrokenOff, isOfTransport } from "./processed.js";

/** One try on one node, from the choice of the node to its answer: what is learnt of both. */
export interface Attempt {
  readonly call: Call;
  readonly peer: Peer;
  readonly startedMs: number;
  /** The one call that finds out whether the function works again. */
  readonly isProbe: boolean;
}

export function startAttempt(call: Call, peer: Peer, nowMs: number): Attempt {
  const { variant, candidates } = targetOf(call);
  call.attempt++;
  call.peer = peer;
  call.tried.push(peer);
  peer.inFlight++;
  peer.ejection.started(nowMs);
  const event = executorEvents.nodeSelected;
  if (event.hasListeners) {
    const mode = variant.config.chooseNode?.mode ?? "random";
    event.publish({ ...callFields(call), node: peer.id, mode, candidates: candidates.length });
  }
  return { call, peer, startedMs: nowMs, isProbe: peer.breakers.started(variant.config, nowMs) };
}

/** The node gave an answer, or has accepted a stream. */
export function attemptAnswered({ call, peer, startedMs, isProbe }: Attempt, nowMs: number): void {
  const elapsedMs = nowMs - startedMs;
  peer.ejection.succeeded(nowMs);
  peer.load.settled(elapsedMs, undefined, nowMs);
  peer.breakers.settled(targetOf(call).variant.config, "succeeded", nowMs, isProbe);
  call.attempts.push({ node: peer.id, elapsedMs, error: undefined });
}

export function attemptFailed(attempt: Attempt, error: WeftError, nowMs: number): void {
  const { call, peer, startedMs, isProbe } = attempt;
  const elapsedMs = nowMs - startedMs;
  const verdict = verdictOf(error, attempt);
  peer.load.settled(elapsedMs, error, nowMs);
  peer.breakers.settled(targetOf(call).variant.config, verdict, nowMs, isProbe);
  judgeNode(attempt, error, nowMs);
  call.attempts.push({ node: peer.id, elapsedMs, error });
}

/** A stream that the node had accepted was lost in the middle. */
export function streamLost(attempt: Attempt, error: WeftError, nowMs: number): void {
  const { call, peer } = attempt;
  if (error.reason === Reason.Timeout) return; // its time was up
  peer.breakers.settled(targetOf(call).variant.config, verdictOf(error, attempt), nowMs, false);
  judgeNode(attempt, error, nowMs);
}

function judgeNode({ peer: { ejection }, startedMs }: Attempt, error: WeftError, nowMs: number): void {
  if (!isOfTransport(error)) return;
  if (error.reason === Reason.ConnectionLost) ejection.failed(nowMs);
  else if (isBrokenOff(error) || (isTimeout(error) && ejection.isSilentSince(startedMs))) ejection.doubted(nowMs);
  else ejection.released();
}
