import type { Clock } from "@weft/core";

// Under `npm start` one Ctrl-C comes twice: from the terminal, and a moment later from npm, which passes it on.
const echoMs = 250;

export interface StopSignals {
  readonly stop: AbortSignal;
  readonly kill: AbortSignal;
  /** To be called for every signal that asks the process to end. */
  received(): void;
}

/** Tells the first request to stop from a second one, which means at once. */
export function createStopSignals(clock: Clock): StopSignals {
  const stop = new AbortController();
  const kill = new AbortController();
  let firstAtMs: number | undefined;
  return {
    stop: stop.signal,
    kill: kill.signal,
    received() {
      if (firstAtMs === undefined) {
        firstAtMs = clock.now();
        stop.abort();
      } else if (clock.now() - firstAtMs > echoMs) kill.abort();
    },
  };
}
