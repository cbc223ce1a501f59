import { type Clock, Code } from "@weft/core";
import { cont, type Plugin } from "@weft/plugin-chain";
import { callFields } from "../events/call-fields.js";
import { executorEvents } from "../events/events.js";
import type { Pipeline } from "../pipeline.js";

const { requestStart, requestStop, requestException } = executorEvents;

/** Tells of the start and the end of every call, to whoever listens on the diagnostics channels. */
export function publishEvents(options: { readonly clock: Clock }): Plugin<Pipeline> {
  const { clock } = options;
  return {
    name: "publish-events",
    callbacks: {
      admit(call) {
        if (requestStart.hasListeners) requestStart.publish({ ...callFields(call), system_time: clock.wallTime() });
        return cont;
      },
      settled(call, { error, elapsedMs }) {
        const duration_us = Math.round(elapsedMs * 1_000);
        if (error?.code === Code.Internal) {
          if (requestException.hasListeners) requestException.publish({ ...callFields(call), duration_us, error });
        } else if (requestStop.hasListeners) {
          const isAsync = call.target?.variant.config.mode === "async";
          requestStop.publish({ ...callFields(call), duration_us, success: error === undefined, async: isAsync });
        }
      },
    },
  };
}
