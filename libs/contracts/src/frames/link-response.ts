import { FrameReader } from "./frame-reader.js";
import { type FrameWriter, varintWidth } from "./frame-writer.js";

/** Adds a call's answer to a frame of weft.node.v1.LinkResponse. */
export function writeLinkResult(writer: FrameWriter, id: number, json: Uint8Array): void {
  writeOutcome(writer, id, 18, json);
}

/** Adds what a call failed with, a google.rpc.Status in its encoded form. */
export function writeLinkError(writer: FrameWriter, id: number, status: Uint8Array): void {
  writeOutcome(writer, id, 26, status);
}

function writeOutcome(writer: FrameWriter, id: number, tag: number, bytes: Uint8Array): void {
  const idLength = id === 0 ? 0 : 1 + varintWidth(id);
  writer.head(10, idLength + 1 + varintWidth(bytes.length) + bytes.length);
  writer.uint(8, id);
  writer.data(tag, bytes);
}

export function writeLinkPong(writer: FrameWriter, pong: number): void {
  writer.uint(16, pong);
}

export function writeLinkDraining(writer: FrameWriter): void {
  writer.uint(24, 1);
}

/** Takes what a frame of a node holds, in its order. Bytes lie in the frame's memory. */
export interface LinkResponseSink {
  result(id: number, json: Buffer): void;
  /** `status`: an encoded google.rpc.Status. */
  error(id: number, status: Buffer): void;
  pong(pong: number): void;
  draining(): void;
}

/** Throws at a frame that cannot be decoded; what stood before the mistake was taken. */
export function readLinkResponse(frame: Buffer, sink: LinkResponseSink): void {
  const reader = new FrameReader(frame);
  const end = frame.length;
  while (reader.at < end) {
    const tag = reader.varint(end);
    if (tag === 10) readResult(reader, reader.length(end), sink);
    else if (tag === 16) sink.pong(reader.uint(end));
    else if (tag === 24) {
      if (reader.varint(end) !== 0) sink.draining();
    } else reader.skip(tag, end);
  }
}

function readResult(reader: FrameReader, end: number, sink: LinkResponseSink): void {
  let id = 0;
  let kind = 0;
  let bytes: Buffer = noBytes;
  while (reader.at < end) {
    const tag = reader.varint(end);
    if (tag === 8) id = reader.uint(end);
    else if (tag === 18 || tag === 26) {
      kind = tag;
      bytes = reader.data(end);
    } else reader.skip(tag, end);
  }
  if (kind === 18) sink.result(id, bytes);
  else if (kind === 26) sink.error(id, bytes);
  else throw new Error("a result without its outcome");
}

const noBytes = Buffer.alloc(0);
