import { setImmediate as nextTurn } from "node:timers/promises";
import type { Clock } from "@weft/core";
import type { Change, ChangePosition } from "../store/change.js";
import type { ChangeLog } from "./change-log.js";
import type { ChangeRing } from "./change-ring.js";
import { changeFilter, type WatchedKeys } from "./key-filter.js";

/** What is watched, and from where on. */
export interface WatchRequest extends WatchedKeys {
  /** Where an earlier watch ended. Undefined: from now on. */
  readonly resumeAfter: ChangePosition | undefined;
}

/** What a watch tells at once. */
export interface WatchMessage {
  /** All watched changes up to here are told. */
  readonly position: ChangePosition;
  /** Changes before those of this message are lost. */
  readonly gap: boolean;
  readonly changes: readonly Change[];
}

export interface WatchOptions {
  readonly clock: Clock;
  /** Ends the watch, which throws its reason. */
  readonly signal: AbortSignal;
}

const signOfLifeMs = 10_000;
/** Of one message. Keys may be long, and a client takes messages of 4 MB. */
const mostChanges = 1_000;
const mostCharacters = 256 * 1_024;
/** At a time, some half a millisecond; others get their turn in between. */
const mostLookedAt = 4_096;
/** A position that lags further behind is told though nothing watched has happened: it may soon be too old to resume. */
const mostUntold = 16_384;

/**
 * Tells changes as they happen, first the position alone. It goes at the pace of its reader: one that is slower than the log
 * is long is told of a gap, and goes on from where the log ends.
 */
export async function* watchChanges(
  log: ChangeLog,
  { resumeAfter, ...watched }: WatchRequest,
  { clock, signal }: WatchOptions,
): AsyncGenerator<WatchMessage, never> {
  const isWatched = changeFilter(watched);
  let wake = () => {};
  const wakeUp = () => wake();
  const news = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
    });
  const kept = () => {
    if (signal.aborted) throw signal.reason;
    return view.changes();
  };

  let isSignDue = false;
  let stopTimer = () => {};
  const restartTimer = () => {
    isSignDue = false;
    stopTimer();
    stopTimer = clock.after(signOfLifeMs, () => {
      isSignDue = true;
      wakeUp();
    });
  };

  const view = log.enter(wakeUp);
  signal.addEventListener("abort", wakeUp, { once: true });
  try {
    let ring = kept();
    for (; ring === undefined; ring = kept()) await news();
    let at = resumeAfter !== undefined && ring.covers(resumeAfter) ? resumeAfter : ring.end;
    let told = at.sequence;
    restartTimer();
    yield { position: at, gap: resumeAfter !== undefined && at !== resumeAfter, changes: [] };

    // What may have come while the reader was busy is seen before the next wait, all in one turn, so no news is missed.
    for (;;) {
      kept();
      const message = next(ring, at, isWatched);
      at = message.position;
      if (message.gap || message.changes.length > 0 || isSignDue || at.sequence - told >= mostUntold) {
        told = at.sequence;
        restartTimer();
        yield message;
        await nextTurn();
      } else if (at.sequence < ring.end.sequence) await nextTurn();
      else await news();
    }
  } finally {
    stopTimer();
    signal.removeEventListener("abort", wakeUp);
    view.leave();
  }
}

/** What comes after a position, as far as one look goes. */
function next(ring: ChangeRing, at: ChangePosition, isWatched: (change: Change) => boolean): WatchMessage {
  if (!ring.covers(at)) return { position: ring.end, gap: true, changes: [] };
  const last = Math.min(ring.end.sequence, at.sequence + mostLookedAt);
  const changes: Change[] = [];
  let { sequence } = at;
  let characters = 0;
  while (sequence < last && changes.length < mostChanges && characters < mostCharacters) {
    sequence += 1;
    const change = ring.at(sequence);
    if (!isWatched(change)) continue;
    changes.push(change);
    characters += change.key.length;
  }
  return { position: { epoch: at.epoch, sequence }, gap: false, changes };
}
