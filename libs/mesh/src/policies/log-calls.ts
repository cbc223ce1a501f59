import { Code, codeName, type Logger, type WeftError } from "@weft/core";
import type { Plugin } from "@weft/plugin-chain";
import type { Pipeline } from "../pipeline.js";

/** One line for every call that is over: who asked for what, how it ended, how long it took. Never a payload. */
export function logCalls(options: { readonly logger: Logger }): Plugin<Pipeline> {
  const { logger } = options;
  const logsSuccess = logger.isLevelEnabled?.("debug") ?? true;
  return {
    name: "log-calls",
    callbacks: {
      settled({ request, attempt, isAcknowledged, pendingOutcome }, { error, elapsedMs }) {
        if (error === undefined && !logsSuccess) return;
        const fields = {
          request_id: request.requestId,
          function: `${request.service}.${request.functionName}`,
          code: codeName(error?.code ?? Code.Ok),
          reason: error?.reason,
          elapsed_ms: Math.round(elapsedMs * 10) / 10,
          attempts: attempt,
        };
        const isUnheard = isAcknowledged && pendingOutcome === undefined;
        if (error === undefined) logger.debug(fields, "call");
        else if (isOurs(error) || isUnheard) logger.warn({ ...fields, err: error }, "call failed");
        else logger.info(fields, "call refused");
      },
    },
  };
}

/** True for what an operator should look at; the rest is the caller's doing. */
function isOurs({ code }: WeftError): boolean {
  return (
    code === Code.Internal || code === Code.Unavailable || code === Code.DataLoss || code === Code.DeadlineExceeded
  );
}
