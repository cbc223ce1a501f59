import { decodeResult, errorFromStatus } from "@weft/contracts";
import { Encoding, type GetResultRequest, type GetResultResponse, ResultState } from "@weft/contracts/gateway";
import { type Clock, Code, Reason, WeftError } from "@weft/core";

/** What became of an async call. The times say how long it can still be asked for. */
export type Outcome =
  | { readonly state: "pending" }
  | { readonly state: "done"; readonly result: unknown; readonly expiresInMs: number }
  | { readonly state: "failed"; readonly error: WeftError; readonly expiresInMs: number };

export interface OutcomesOptions {
  /** Asks the gateway, which may take so long. */
  readonly ask: (request: GetResultRequest, limitMs: number) => Promise<GetResultResponse>;
  readonly clock: Clock;
}

// A gateway holds a question for a minute at most.
const longestWaitMs = 30_000;

// For the way there and back, on top of the wait.
const wayMs = 5_000;

/** What became of a call after so long. */
export async function outcomeOf(requestId: string, waitMs: number, { ask }: OutcomesOptions): Promise<Outcome> {
  const request = { requestId, waitMs, resultEncoding: Encoding.ENCODING_JSON };
  const { state, outcome, expiresInMs } = await ask(request, waitMs + wayMs);
  if (state === ResultState.RESULT_STATE_PENDING) return { state: "pending" };
  if (outcome?.$case === "error") return { state: "failed", error: errorFromStatus(outcome.value), expiresInMs };
  return { state: "done", result: outcome && decodeResult(outcome.value), expiresInMs };
}

/** The result of a call, as soon as it is there. Throws what the call failed with, or DEADLINE_EXCEEDED. */
export async function resultOf(requestId: string, timeoutMs: number, options: OutcomesOptions): Promise<unknown> {
  const { clock } = options;
  const endsAt = clock.now() + timeoutMs;
  for (;;) {
    const leftMs = Math.ceil(Math.max(0, endsAt - clock.now()));
    const outcome = await outcomeOf(requestId, Math.min(leftMs, longestWaitMs), options);
    if (outcome.state === "done") return outcome.result;
    if (outcome.state === "failed") throw outcome.error;
    if (clock.now() >= endsAt)
      throw new WeftError(Code.DeadlineExceeded, `call "${requestId}" is still pending after ${timeoutMs} ms`, {
        reason: Reason.Timeout,
      });
  }
}
