import type { Client, ClientDuplexStream, Metadata, StatusObject } from "@grpc/grpc-js";
import { transportError } from "@weft/contracts";
import { NodeServiceService } from "@weft/contracts/node";
import { Code, WeftError } from "@weft/core";

/** One direction of a link: frames out. */
export interface FrameStream {
  /** False: wait for `drained`. */
  write(frame: Buffer): boolean;
  /** No more frames; those of the other side still come. */
  end(): void;
  /** At once, both directions. */
  cancel(): void;
}

/** The other direction, and what happens to the stream. */
export interface FrameSink {
  frame(frame: Buffer): void;
  drained(): void;
  /** The stream is over; once. Undefined: both sides meant it. */
  over(error: WeftError | undefined): void;
}

export type OpenFrames = (sink: FrameSink) => FrameStream;

const asItIs = (frame: Buffer) => frame;

/** The RPC `Link`, its messages left as bytes. */
export function openLinkRpc(client: Client, metadata: Metadata, sink: FrameSink): FrameStream {
  const { path } = NodeServiceService.link;
  const rpc: ClientDuplexStream<Buffer, Buffer> = client.makeBidiStreamRequest(path, asItIs, asItIs, metadata);
  rpc.on("error", () => {}); // the status says it
  rpc.on("data", (frame: Buffer) => sink.frame(frame));
  rpc.on("drain", () => sink.drained());
  rpc.on("status", ({ code, details }: StatusObject) => sink.over(statusError(code, details)));
  return rpc;
}

function statusError(code: number, details: string): WeftError | undefined {
  if (code === Code.Ok) return undefined;
  // What a node says of calls it does not know, transportError would not keep apart from what calls say of functions.
  if (code === Code.Unimplemented) return new WeftError(Code.Unimplemented, details);
  return transportError(code, details);
}
