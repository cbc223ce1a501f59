import { Reason, WeftError } from "@weft/core";
import type { Plugin } from "@weft/plugin-chain";
import { type Call, targetOf } from "../call.js";
import type { Pipeline } from "../pipeline.js";

/**
 * Sends a call once more, to another node, when the first surely did not process it, or when the function is idempotent
 * and the connection was lost. Only the first engine of a chain of calls does so, or attempts would multiply.
 */
export function failover(): Plugin<Pipeline> {
  return {
    name: "failover",
    before: ["dispatch"],
    callbacks: {
      execute: (next) => (call) => next(call).catch((error: unknown) => again(next, call, error)),
      open: (next) => (call) => next(call).catch((error: unknown) => again(next, call, error)),
    },
  };
}

function again<Result>(next: (call: Call) => Promise<Result>, call: Call, error: unknown): Promise<Result> {
  if (error instanceof WeftError && call.request.hop === 1 && isWorthAnother(call, error)) return next(call);
  throw error;
}

function isWorthAnother(call: Call, error: WeftError): boolean {
  const { variant, candidates } = targetOf(call);
  if (call.abort.signal.aborted || !candidates.some((peer) => !call.tried.has(peer))) return false;
  switch (error.reason) {
    case Reason.Draining:
    case Reason.Paused:
    case Reason.FunctionNotFound: // the node's set changed a moment ago
      return true;
    case Reason.ConnectionLost:
      return error.metadata.processed === "no" || variant.config.idempotent;
    default:
      return false;
  }
}
