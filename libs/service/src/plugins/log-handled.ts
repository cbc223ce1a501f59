import { Code, codeName, type Logger } from "@weft/core";
import type { Plugin } from "@weft/plugin-chain";
import type { Hosting } from "../host/hosting.js";

/** One line for every call that a handler has ended: for whom, how, how long it took. Never a payload. Stands in every service. */
export function logHandled(options: { readonly logger: Logger }): Plugin<Hosting> {
  const { logger } = options;
  const logsSuccess = logger.isLevelEnabled?.("debug") ?? true;
  return {
    name: "log-handled",
    callbacks: {
      handled({ service, functionName, context, caller, attempt }, { error, elapsedMs }) {
        if (error === undefined && !logsSuccess) return;
        const fields = {
          request_id: context.requestId,
          function: `${service}.${functionName}`,
          code: codeName(error?.code ?? Code.Ok),
          reason: error?.reason,
          elapsed_ms: Math.round(elapsedMs * 10) / 10,
          caller,
          attempt,
        };
        if (error === undefined) logger.debug(fields, "handled");
        else logger.info(fields, "handled with an error");
      },
    },
  };
}
