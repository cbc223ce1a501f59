import { type Clock, Code, Reason, WeftError } from "@weft/core";
import type { Plugin } from "@weft/plugin-chain";
import { type Call, targetOf } from "../call.js";
import type { Pipeline, StreamItem } from "../pipeline.js";

const firstItemMs = 30_000;
const idleMs = 300_000;

/** Ends a stream whose first item, or whose next one, does not pass in time. Costs a reading of the clock per item. */
export function streamClocks(options: { readonly clock: Clock }): Plugin<Pipeline> {
  const { clock } = options;
  const watches = new Map<Call, Watch>();
  return {
    name: "stream-clocks",
    before: ["failover"],
    callbacks: {
      open: (next) => async (call) => {
        const { stream } = targetOf(call).variant.config;
        const watch = startWatch(call, clock, stream?.firstItemMs ?? firstItemMs, stream?.idleMs ?? idleMs);
        watches.set(call, watch);
        const { node, items } = await next(call);
        return { node, items: watched(items, watch) };
      },
      settled(call) {
        watches.get(call)?.stop();
        watches.delete(call);
      },
    },
  };
}

interface Watch {
  passed(): void;
  stop(): void;
}

function startWatch(call: Call, clock: Clock, firstMs: number, gapMs: number): Watch {
  let name = "first_item";
  let limitMs = firstMs;
  let sinceMs = clock.now();
  let cancel = arm(limitMs);

  // Looks again only when it could be time: items just note when they passed.
  function arm(waitMs: number): () => void {
    return clock.after(waitMs, () => {
      const leftMs = sinceMs + limitMs - clock.now();
      if (leftMs > 0) cancel = arm(leftMs);
      else call.abort.abort(timedOut(name, limitMs));
    });
  }

  return {
    passed() {
      sinceMs = clock.now();
      if (name === "idle") return;
      name = "idle";
      limitMs = gapMs === 0 ? Number.POSITIVE_INFINITY : gapMs;
      cancel();
      if (gapMs > 0) cancel = arm(limitMs);
    },
    stop: () => cancel(),
  };
}

function timedOut(name: string, limitMs: number): WeftError {
  return new WeftError(Code.DeadlineExceeded, `Request timed out after ${limitMs}ms`, {
    reason: Reason.Timeout,
    metadata: { clock: name },
  });
}

/** The same items; the promises are the producer's own, so that watching adds no turn of the event loop. */
function watched(items: AsyncIterable<StreamItem>, watch: Watch): AsyncIterable<StreamItem> {
  return {
    [Symbol.asyncIterator]() {
      const inner = items[Symbol.asyncIterator]();
      let asked = false;
      return {
        next() {
          if (asked) watch.passed();
          asked = true;
          return inner.next();
        },
        return: async () => (await inner.return?.()) ?? { done: true, value: undefined },
      };
    },
  };
}
