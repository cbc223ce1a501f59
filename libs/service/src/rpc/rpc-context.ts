import type { Metadata, ServerUnaryCall, ServerWritableStream } from "@grpc/grpc-js";
import { Metadata as Trailers } from "@grpc/grpc-js";
import { type Clock, Code, Reason, WeftError } from "@weft/core";

/** What the serving side knows of an RPC beside its request. */
export interface RpcContext {
  readonly metadata: Metadata;
  /** The IP address of the other side. */
  readonly peerAddress: string;
  /** When the caller stops waiting, on the monotonic clock; Infinity: never said. */
  readonly deadlineAt: number;
  /** Fires when the caller is gone, or this process ends the call. Its reason is a WeftError. */
  readonly abort: AbortController;
  /** Sent with the status. */
  readonly trailers: Metadata;
}

type IncomingRpc = Pick<
  ServerUnaryCall<unknown, unknown> | ServerWritableStream<unknown, unknown>,
  "metadata" | "getPeer" | "getDeadline"
>;

export function createRpcContext(call: IncomingRpc, clock: Clock): RpcContext {
  return {
    metadata: call.metadata,
    peerAddress: hostOf(call.getPeer()),
    deadlineAt: clock.now() + (Number(call.getDeadline()) - Date.now()),
    abort: new AbortController(),
    trailers: new Trailers(),
  };
}

/** What a call's signal says when its caller has gone. */
export function callerGone(): WeftError {
  return new WeftError(Code.Cancelled, "call cancelled", { reason: Reason.Cancelled });
}

/** "[::1]:5" and "::1:5" are both ::1; ports never hold a colon. */
function hostOf(peer: string): string {
  const host = peer.slice(0, Math.max(0, peer.lastIndexOf(":"))) || peer;
  return host.startsWith("[") ? host.slice(1, -1) : host;
}
