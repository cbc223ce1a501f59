import type { ExecuteRequest } from "@weft/contracts/node";
import { type Clock, Code, Reason, WeftError } from "@weft/core";
import type { Plugin } from "@weft/plugin-chain";
import { type Call, targetOf } from "../call.js";
import type { Peer } from "../peers/peer.js";
import type { Pipeline } from "../pipeline.js";
import type { RequestLimits } from "../transport/node-connection.js";
import { nodeContext } from "./node-context.js";
import { timedOut } from "./timed-out.js";

export interface DispatchOptions {
  readonly clock: Clock;
  /** Id of this process, for the node's log. */
  readonly caller: string;
}

/** Picks a node and runs the call there. The innermost policy. */
export function dispatch(options: DispatchOptions): Plugin<Pipeline> {
  const { clock, caller } = options;

  function choose(call: Call): Peer {
    const { variant, candidates } = targetOf(call);
    const usable = usablePeers(candidates, call, clock.now());
    if (usable.length === 0)
      throw new WeftError(Code.Unavailable, `no node of service "${variant.config.service}" is available`, {
        reason: Reason.NoNodesAvailable,
        retryAfterMs: 1_000,
      });
    call.attempt++;
    const peer = variant.selector.pick(call, usable);
    call.tried.add(peer);
    return peer;
  }

  function limits(call: Call): RequestLimits {
    const timeoutMs = call.deadlineAt - clock.now();
    if (timeoutMs < 1) throw timedOut(call, clock.now());
    return { timeoutMs, signal: call.abort.signal };
  }

  async function on<Result>(peer: Peer, call: Call, run: () => Promise<Result>): Promise<Result> {
    peer.inFlight++;
    try {
      const result = await run();
      peer.ejection.succeeded();
      return result;
    } catch (error) {
      if (!(error instanceof WeftError)) throw error;
      if (error.reason === Reason.ConnectionLost) peer.ejection.failed(clock.now());
      const isOwnClock = error.reason === Reason.Timeout && error.metadata.clock === undefined;
      throw isOwnClock ? timedOut(call, clock.now()) : error;
    } finally {
      peer.inFlight--;
    }
  }

  return {
    name: "dispatch",
    callbacks: {
      execute: () => async (call) => {
        const within = limits(call);
        const peer = choose(call);
        const json = await on(peer, call, () => peer.connection.execute(nodeRequest(call, within, caller), within));
        return { json, node: peer.id };
      },
      open: () => async (call) => {
        const within = limits(call);
        const peer = choose(call);
        const request = { ...nodeRequest(call, within, caller), resumeAfter: 0 };
        return { items: await on(peer, call, () => peer.connection.open(request, within)), node: peer.id };
      },
    },
  };
}

/** Peers that did not fail this call and are not ejected; where that leaves nobody, ejection is not believed. */
function usablePeers(candidates: readonly Peer[], call: Call, nowMs: number): readonly Peer[] {
  if (call.tried.size === 0 && candidates.every((peer) => !peer.ejection.isEjected(nowMs))) return candidates;
  const untried = candidates.filter((peer) => !call.tried.has(peer));
  const healthy = untried.filter((peer) => !peer.ejection.isEjected(nowMs));
  return healthy.length > 0 ? healthy : untried;
}

function nodeRequest(call: Call, within: RequestLimits, caller: string): ExecuteRequest {
  const { config } = targetOf(call).variant;
  return {
    context: nodeContext(call, within, caller),
    service: config.service,
    function: config.function,
    version: config.version ?? "",
    argsJson: Buffer.from(call.argsJson.buffer, call.argsJson.byteOffset, call.argsJson.byteLength),
  };
}
