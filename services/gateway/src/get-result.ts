import { statusFromError } from "@weft/contracts";
import { type GetResultRequest, type GetResultResponse, ResultState } from "@weft/contracts/gateway";
import { type Clock, Code, Reason, WeftError } from "@weft/core";
import { type AsyncOutcome, type AsyncResults, CallAbort, onAbort, ownerOf } from "@weft/mesh";
import type { RpcServing, ServeUnary } from "@weft/service";
import { checkRequestId, invalid, missing } from "./call-request.js";
import { encodedResult } from "./result-encoding.js";

const longestWaitMs = 60_000;

export interface GetResultOptions {
  readonly asyncResults: AsyncResults;
  readonly serving: RpcServing;
  readonly clock: Clock;
}

/** GatewayService.GetResult. Who waits is told that the call is pending when this process is to end. */
export function getResult(options: GetResultOptions): ServeUnary<GetResultRequest, GetResultResponse> {
  const { asyncResults, serving, clock } = options;
  return async (request, { connection, abort: gone }) => {
    const { requestId, waitMs } = request;
    if (requestId === "") throw missing([{ field: "request_id" }]);
    checkRequestId(requestId);
    if (waitMs > longestWaitMs) throw invalid(`wait_ms must be at most ${longestWaitMs}`, "wait_ms");
    const abort = new CallAbort();
    const stopListening = onAbort(gone, () => abort.abort(gone.signal.reason));
    const leave = serving.liveCalls.enter({ abort, connection: undefined, isStream: true });
    try {
      const result = await asyncResults.find(requestId, ownerOf(connection), { waitMs, abort });
      if (result === undefined) throw notFound(requestId);
      if (result === "pending") return pending(requestId);
      return over(request, result, clock.wallTime());
    } finally {
      leave();
      stopListening();
    }
  };
}

function pending(requestId: string): GetResultResponse {
  return { requestId, state: ResultState.RESULT_STATE_PENDING, outcome: undefined, expiresInMs: 0 };
}

function over(request: GetResultRequest, { end, expiresAt }: AsyncOutcome, nowMs: number): GetResultResponse {
  const { requestId } = request;
  const expiresInMs = Math.max(0, Math.round(expiresAt - nowMs));
  if (end instanceof WeftError) {
    const error = { $case: "error", value: statusFromError(end) } as const;
    return { requestId, state: ResultState.RESULT_STATE_FAILED, outcome: error, expiresInMs };
  }
  return { requestId, state: ResultState.RESULT_STATE_DONE, outcome: encodedResult(request, end.json), expiresInMs };
}

function notFound(requestId: string): WeftError {
  return new WeftError(Code.NotFound, `no outcome of an async call "${requestId}" of yours: unknown or expired`, {
    reason: Reason.ResultNotFound,
  });
}
