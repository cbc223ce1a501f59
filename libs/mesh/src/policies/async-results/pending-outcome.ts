import type { End } from "../kept-outcomes.js";

/** What became of an async call. */
export interface AsyncOutcome {
  readonly end: End;
  /** When it is forgotten, in wall time. */
  readonly expiresAt: number;
}

/** How far an async call is. */
export type AsyncResult = "pending" | AsyncOutcome;

/** Where the outcome of an accepted call goes. */
export interface PendingOutcome {
  /** Settles when the call is over, and never fails. */
  readonly outcome: Promise<AsyncOutcome>;
  /** Takes the outcome; settles when it is kept. */
  end(end: End): Promise<void>;
  /** For a call that was refused after all. */
  abandon(): void;
}
