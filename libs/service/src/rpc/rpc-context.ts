import type { Deadline, Metadata } from "@grpc/grpc-js";
import { Metadata as Trailers } from "@grpc/grpc-js";
import { type Clock, Code, Reason, WeftError } from "@weft/core";
import { CallAbort, type Connection, createConnection } from "@weft/mesh";
import { connectionOf } from "./connect.js";
import { peerAddress } from "./peer-address.js";

/** What the serving side knows of an RPC beside its request. */
export interface RpcContext {
  readonly metadata: Metadata;
  /** Who is at the other end. On a mesh port everybody is anonymous here: callers there say for whom they call. */
  readonly connection: Connection;
  /** When the caller stops waiting, on the monotonic clock; Infinity: never said. */
  readonly deadlineAt: number;
  /** Fires when the caller is gone, or this process ends the call. Its reason is a WeftError. */
  readonly abort: CallAbort;
  /** Sent with the status. */
  readonly trailers: Metadata;
}

/** What grpc-js says of an RPC. */
export interface IncomingRpc {
  readonly metadata: Metadata;
  /** host:port of the caller. */
  readonly peer: string;
  readonly deadline: Deadline;
}

export function createRpcContext({ metadata, peer, deadline }: IncomingRpc, clock: Clock): RpcContext {
  return {
    metadata,
    connection: connectionOf(metadata) ?? createConnection(peerAddress(peer), () => ""),
    deadlineAt: clock.now() + (Number(deadline) - Date.now()),
    abort: new CallAbort(),
    trailers: new Trailers(),
  };
}

/** What a call's signal says when its caller has gone. */
export function callerGone(): WeftError {
  return new WeftError(Code.Cancelled, "call cancelled", { reason: Reason.Cancelled });
}
