import { errorFromStatus, statusFromError } from "@weft/contracts";
import type { StreamResponse } from "@weft/contracts/node";
import { type Clock, WeftError } from "@weft/core";
import type { NodeConnection, RequestLimits, StreamItem } from "@weft/mesh";
import { callerGone } from "../rpc/rpc-context.js";
import { tooLarge } from "../rpc/size-guard.js";
import { untilCut } from "../rpc/until-cut.js";
import { type ExplainedChain, pluginChain } from "./explained-chain.js";
import type { Arrival } from "./incoming-call.js";
import type { NodeHost } from "./node-host.js";
import { pulled } from "./pulled.js";

export interface LocalConnectionOptions {
  readonly clock: Clock;
  /** The chains of this process, to be shown. */
  readonly chains?: readonly ExplainedChain[];
}

/**
 * Reaches a node of this process as if over the wire: bytes in and out, its own deadline and cancellation, and errors that
 * are what a status carries.
 */
export function localConnection(host: NodeHost, { clock, chains = [] }: LocalConnectionOptions): NodeConnection {
  /** The call as it arrives: ended by the caller's signal, as a cancel would. */
  function arrive({ timeoutMs, signal }: RequestLimits) {
    const arrival: Arrival = { deadlineAt: clock.now() + timeoutMs, abort: new AbortController() };
    const cancel = () => arrival.abort.abort(callerGone());
    if (signal.aborted) cancel();
    signal.addEventListener("abort", cancel);
    return { arrival, leave: () => signal.removeEventListener("abort", cancel) };
  }

  function refuseOversize({ length }: Uint8Array): void {
    const { maxRequestBytes } = host.limits;
    if (length > maxRequestBytes) throw tooLarge("request", length, maxRequestBytes, "WEFT_MAX_REQUEST_BYTES");
  }

  return {
    async execute(request, limits) {
      const { arrival, leave } = arrive(limits);
      try {
        refuseOversize(request.argsJson);
        return await untilCut(host.execute(request, arrival), arrival.abort);
      } catch (thrown) {
        throw asSent(thrown, limits);
      } finally {
        leave();
      }
    },
    async open(request, limits) {
      const { arrival, leave } = arrive(limits);
      const messages = pulled<StreamResponse>(
        async (give) => {
          try {
            refuseOversize(request.argsJson);
            await host.stream(request, arrival, give);
          } catch (thrown) {
            throw asSent(thrown, limits);
          } finally {
            leave();
          }
        },
        () => arrival.abort.abort(callerGone()),
      );
      await messages.next(); // accepted, or what it was refused with
      return streamItems(messages);
    },
    functions: async () => ({ revision: host.published.revision, functions: host.published.configs }),
    explainPlugins: async () => chains.map(pluginChain),
    close() {},
  };
}

async function* streamItems(messages: AsyncIterable<StreamResponse>): AsyncGenerator<StreamItem, void> {
  for await (const { sequence, content } of messages)
    if (content?.$case === "itemJson") yield { sequence, json: content.value };
}

/** What the caller would read of a status, or its own reason for ending the call. */
function asSent(thrown: unknown, { signal }: RequestLimits): WeftError {
  if (signal.aborted && signal.reason instanceof WeftError) return signal.reason;
  return errorFromStatus(statusFromError(WeftError.from(thrown)));
}
