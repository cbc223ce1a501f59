import type { CallContext, ExecuteRequest } from "../gen/weft/node/v1/node.js";
import { FrameReader } from "./frame-reader.js";
import type { FrameWriter } from "./frame-writer.js";

/**
 * Adds a call to a frame of weft.node.v1.LinkRequest: the very bytes that generated code makes. `saidCaller`: the caller that the
 * link was told last, which it is not told again.
 */
export function writeLinkCall(writer: FrameWriter, id: number, request: ExecuteRequest, saidCaller = ""): void {
  const call = writer.begin(10, 0);
  writer.uint(8, id);
  const execute = writer.begin(18, 1);
  if (request.context !== undefined) writeContext(writer, request.context, saidCaller);
  writer.text(18, request.service);
  writer.text(26, request.function);
  writer.text(34, request.version);
  if (request.argsJson.length > 0) writer.data(42, request.argsJson);
  writer.end(execute, 1);
  writer.end(call, 0);
}

function writeContext(writer: FrameWriter, context: CallContext, saidCaller: string): void {
  const start = writer.begin(10, 2);
  writer.text(10, context.requestId);
  writer.text(18, context.userId);
  for (const role of context.roles) {
    if (role === "") writer.head(26, 0);
    else writer.text(26, role);
  }
  writer.text(34, context.tenant);
  writer.text(42, context.deviceId);
  writer.text(50, context.peerAddress);
  writer.uint(56, context.timeoutMs);
  writer.text(66, context.traceparent);
  writer.text(74, context.tracestate);
  writer.text(82, context.baggage);
  writer.uint(88, context.attempt);
  writer.uint(96, context.hop);
  writer.text(106, context.idempotencyKey);
  if (context.caller !== saidCaller) writer.text(114, context.caller);
  writer.end(start, 2);
}

/** Adds the cancel of a call to a frame. */
export function writeLinkCancel(writer: FrameWriter, id: number): void {
  const start = writer.begin(18, 2); // packed, though alone
  writer.value(id);
  writer.end(start, 2);
}

export function writeLinkPing(writer: FrameWriter, ping: number): void {
  writer.uint(24, ping);
}

/** Takes what a frame of a caller holds, in its order. */
export interface LinkRequestSink {
  /** `bytes`: size of the request in the frame. Its arguments lie in the frame's memory. */
  call(id: number, request: ExecuteRequest, bytes: number): void;
  cancel(id: number): void;
  ping(ping: number): void;
}

/** Reads the frames of one link. What is mostly the same from call to call is compared instead of read anew. */
export class LinkRequestReader {
  #request = emptyRequest();
  #context = emptyContext();

  /** Throws at a frame that cannot be decoded; what stood before the mistake was taken. */
  read(frame: Buffer, sink: LinkRequestSink): void {
    const reader = new FrameReader(frame);
    const end = frame.length;
    while (reader.at < end) {
      const tag = reader.varint(end);
      if (tag === 10) this.#call(reader, reader.length(end), sink);
      else if (tag === 18) for (const last = reader.length(end); reader.at < last; ) sink.cancel(reader.uint(last));
      else if (tag === 16) sink.cancel(reader.uint(end));
      else if (tag === 24) sink.ping(reader.uint(end));
      else reader.skip(tag, end);
    }
  }

  #call(reader: FrameReader, end: number, sink: LinkRequestSink): void {
    let id = 0;
    let bytes = 0;
    let request: ExecuteRequest | undefined;
    while (reader.at < end) {
      const tag = reader.varint(end);
      if (tag === 8) id = reader.uint(end);
      else if (tag === 18) {
        const inner = reader.length(end);
        bytes = inner - reader.at;
        request = this.#execute(reader, inner);
      } else reader.skip(tag, end);
    }
    sink.call(id, request ?? emptyRequest(), bytes);
  }

  #execute(reader: FrameReader, end: number): ExecuteRequest {
    const last = this.#request;
    const request = emptyRequest();
    while (reader.at < end) {
      const tag = reader.varint(end);
      if (tag === 10) request.context = this.#callContext(reader, reader.length(end));
      else if (tag === 18) request.service = reader.repeated(end, last.service);
      else if (tag === 26) request.function = reader.repeated(end, last.function);
      else if (tag === 34) request.version = reader.repeated(end, last.version);
      else if (tag === 42) request.argsJson = reader.data(end);
      else reader.skip(tag, end);
    }
    last.service = request.service;
    last.function = request.function;
    last.version = request.version;
    return request;
  }

  #callContext(reader: FrameReader, end: number): CallContext {
    const last = this.#context;
    const context = emptyContext();
    context.caller = last.caller; // unless it says another
    while (reader.at < end) {
      const tag = reader.varint(end);
      switch (tag) {
        case 10:
          context.requestId = reader.repeated(end, last.requestId);
          break;
        case 18:
          context.userId = reader.repeated(end, last.userId);
          break;
        case 26:
          context.roles.push(reader.repeated(end, last.roles[context.roles.length] ?? ""));
          break;
        case 34:
          context.tenant = reader.repeated(end, last.tenant);
          break;
        case 42:
          context.deviceId = reader.repeated(end, last.deviceId);
          break;
        case 50:
          context.peerAddress = reader.repeated(end, last.peerAddress);
          break;
        case 56:
          context.timeoutMs = reader.uint(end);
          break;
        case 66:
          context.traceparent = reader.repeated(end, last.traceparent);
          break;
        case 74:
          context.tracestate = reader.repeated(end, last.tracestate);
          break;
        case 82:
          context.baggage = reader.repeated(end, last.baggage);
          break;
        case 88:
          context.attempt = reader.uint(end);
          break;
        case 96:
          context.hop = reader.uint(end);
          break;
        case 106:
          context.idempotencyKey = reader.text(end);
          break;
        case 114:
          context.caller = reader.repeated(end, last.caller);
          break;
        default:
          reader.skip(tag, end);
      }
    }
    this.#context = context;
    return context;
  }
}

const noBytes = Buffer.alloc(0);

function emptyRequest(): ExecuteRequest {
  return { context: undefined, service: "", function: "", version: "", argsJson: noBytes };
}

function emptyContext(): CallContext {
  return {
    requestId: "",
    userId: "",
    roles: [],
    tenant: "",
    deviceId: "",
    peerAddress: "",
    timeoutMs: 0,
    traceparent: "",
    tracestate: "",
    baggage: "",
    attempt: 0,
    hop: 0,
    idempotencyKey: "",
    caller: "",
  };
}
