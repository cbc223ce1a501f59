/** For whom an action runs, as far as one that waits must know. */
export interface Caller {
  /** Fires when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  /** Infinity: no limit. */
  timeLeftMs(): number;
}

/** One that waits for ever. */
export const patientCaller: Caller = {
  signal: new AbortController().signal,
  timeLeftMs: () => Number.POSITIVE_INFINITY,
};
