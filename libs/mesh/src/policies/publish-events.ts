import { type Clock, Code } from "@weft/core";
import { cont, type Plugin } from "@weft/plugin-chain";
import type { Call } from "../call.js";
import { callFields } from "../events/call-fields.js";
import { executorEvents } from "../events/events.js";
import type { AcceptedStream, Pipeline, StreamItem } from "../pipeline.js";

const { requestStart, requestStop, requestException, streamItem } = executorEvents;

/** Tells of the start and the end of every call, and of the items of streams, to whoever listens on the diagnostics channels. */
export function publishEvents(options: { readonly clock: Clock }): Plugin<Pipeline> {
  const { clock } = options;
  return {
    name: "publish-events",
    callbacks: {
      admit(call) {
        if (requestStart.hasListeners) requestStart.publish({ ...callFields(call), system_time: clock.wallTime() });
        return cont;
      },
      // Who begins to listen in the middle of a stream hears nothing of it: a stream that nobody listens to costs nothing.
      open: (next) => (call) => (streamItem.hasListeners ? openTold(next, call) : next(call)),
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

async function openTold(next: (call: Call) => Promise<AcceptedStream>, call: Call): Promise<AcceptedStream> {
  const { node, items } = await next(call);
  return { node, items: told(items, call) };
}

async function* told(items: AsyncIterable<StreamItem>, call: Call): AsyncGenerator<StreamItem> {
  for await (const item of items) {
    const { sequence, json } = item;
    if (streamItem.hasListeners) streamItem.publish({ ...callFields(call), sequence, bytes: json.length });
    yield item;
  }
}
