import type { Metadata } from "@grpc/grpc-js";
import type { Connection, Trace } from "@weft/mesh";
import type { RpcContext } from "@weft/service";

/** What is known of a call beside its message. */
export interface Caller {
  readonly connection: Connection;
  readonly trace: Trace;
  /** Of a call whose message names none. Empty: an id is made. */
  readonly requestId: string;
  /** When the caller stops waiting, on the monotonic clock; Infinity: never said. */
  readonly deadlineAt: number;
  /** Fires when the caller is gone, or this process ends the call. Its reason is a WeftError. */
  readonly abort: AbortController;
  /** Told the id of the call, whatever becomes of it. Refuses the id by throwing. */
  named(requestId: string): void;
}

/** The caller of an RPC that is one call. Its request id goes back with the status. */
export function callerOf(rpc: RpcContext): Caller {
  const { metadata, connection, deadlineAt, abort, trailers } = rpc;
  return {
    connection,
    trace: traceOf(metadata),
    requestId: text(metadata, "x-request-id"),
    deadlineAt,
    abort,
    named: (requestId) => trailers.set("x-request-id", requestId),
  };
}

export function traceOf(metadata: Metadata): Trace {
  return {
    traceparent: text(metadata, "traceparent"),
    tracestate: text(metadata, "tracestate"),
    baggage: text(metadata, "baggage"),
  };
}

function text(metadata: Metadata, key: string): string {
  return metadata.get(key)[0]?.toString() ?? "";
}
