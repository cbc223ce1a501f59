import type { handleBidiStreamingCall, ServiceDefinition } from "@grpc/grpc-js";
import { grpcStatus } from "@weft/contracts";
import { Code, Reason, WeftError } from "@weft/core";
import { ServedLink, type ServedLinkOptions } from "./served-link.js";

/** The links that callers have opened to this node. */
export interface Links {
  /** The RPC `Link`, for a service whose frames are left as bytes. */
  readonly serve: handleBidiStreamingCall<Buffer, Buffer>;
  /** Tells all callers that no more calls should come; those that come are served. */
  drain(): void;
  /** Ends each link after its last call. */
  close(): void;
}

/** They count for nothing themselves: what they carry counts. */
export function createLinks(options: ServedLinkOptions): Links {
  const open = new Set<ServedLink>();
  let isDraining = false;
  let isClosed = false;
  return {
    serve(rpc) {
      const link = new ServedLink(
        {
          connection: rpc.getPeer(),
          write: (frame) => rpc.write(frame),
          pause: () => void rpc.pause(),
          resume: () => void rpc.resume(),
          end: () => {
            rpc.end();
            rpc.resume(); // what still comes in would keep the stream open (grpc-node#1664)
          },
          fail(why) {
            rpc.emit("error", grpcStatus(refusal(why)));
            rpc.resume();
          },
        },
        options,
      );
      open.add(link);
      const gone = () => {
        open.delete(link);
        link.callerGone();
      };
      rpc.on("error", () => {}); // an answer to a caller who has gone
      rpc.on("cancelled", gone);
      rpc.on("close", gone);
      rpc.on("data", (frame: Buffer) => link.receive(frame));
      rpc.on("drain", () => link.drained());
      rpc.on("end", () => link.end());
      if (isDraining) link.drain();
      if (isClosed) link.end();
    },
    drain() {
      isDraining = true;
      for (const link of open) link.drain();
    },
    close() {
      isClosed = true;
      for (const link of open) link.end();
    },
  };
}

function refusal(why: string): WeftError {
  return new WeftError(Code.InvalidArgument, why, { reason: Reason.InvalidArgument });
}

const asItIs = (frame: Buffer) => frame;

/** The same service, whose links get and give frames as bytes. */
export function withLinkFrames<S extends ServiceDefinition>(service: S): S {
  return { ...service, link: { ...service.link, requestDeserialize: asItIs, responseSerialize: asItIs } };
}
