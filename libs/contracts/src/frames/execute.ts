import { Encoding, type ExecuteRequest, type ExecuteResponse } from "../gen/weft/v1/gateway.js";
import { FrameReader } from "./frame-reader.js";
import type { FrameWriter } from "./frame-writer.js";

/** Adds the fields of a weft.v1.ExecuteRequest: the very bytes that generated code makes. */
export function writeExecuteRequest(writer: FrameWriter, request: ExecuteRequest): void {
  writer.text(10, request.requestId);
  writer.text(18, request.service);
  writer.text(26, request.function);
  writer.text(34, request.version);
  writer.text(42, request.deviceId);
  const { arguments: args } = request;
  if (args !== undefined) writer.data(args.$case === "args" ? 50 : 58, args.value);
  writer.text(66, request.idempotencyKey);
  writer.uint(72, request.resultEncoding);
}

/** Reads requests of one caller, or of many: names are mostly those of the call before, and compared instead of read anew. */
export class ExecuteRequestReader {
  readonly #last = { service: "", function: "", version: "", deviceId: "" };

  /** From where the reader is up to `end`. The arguments are a copy: they may outlive the frame by far. */
  read(reader: FrameReader, end: number): ExecuteRequest {
    const last = this.#last;
    const request = emptyRequest();
    while (reader.at < end) {
      const tag = reader.varint(end);
      if (tag === 10) request.requestId = reader.text(end);
      else if (tag === 18) request.service = reader.repeated(end, last.service);
      else if (tag === 26) request.function = reader.repeated(end, last.function);
      else if (tag === 34) request.version = reader.repeated(end, last.version);
      else if (tag === 42) request.deviceId = reader.repeated(end, last.deviceId);
      else if (tag === 50) request.arguments = { $case: "args", value: Buffer.from(reader.data(end)) };
      else if (tag === 58) request.arguments = { $case: "argsJson", value: Buffer.from(reader.data(end)) };
      else if (tag === 66) request.idempotencyKey = reader.text(end);
      else if (tag === 72) request.resultEncoding = reader.uint(end) as Encoding;
      else reader.skip(tag, end);
    }
    last.service = request.service;
    last.function = request.function;
    last.version = request.version;
    last.deviceId = request.deviceId;
    return request;
  }

  /** A request that is a message of its own. Throws if it is none. */
  decode(message: Buffer): ExecuteRequest {
    return this.read(new FrameReader(message), message.length);
  }
}

/** Adds the fields of a weft.v1.ExecuteResponse. */
export function writeExecuteResponse(writer: FrameWriter, response: ExecuteResponse): void {
  writer.text(10, response.requestId);
  if (response.async) writer.uint(16, 1);
  if (response.hasMore) writer.uint(24, 1);
  const { outcome } = response;
  if (outcome !== undefined) writer.data(outcome.$case === "result" ? 34 : 42, outcome.value);
  writer.text(50, response.node);
}

/** From where the reader is up to `end`. The outcome lies in the frame's memory. */
export function readExecuteResponse(reader: FrameReader, end: number, lastNode: string): ExecuteResponse {
  const response: ExecuteResponse = { requestId: "", async: false, hasMore: false, outcome: undefined, node: "" };
  while (reader.at < end) {
    const tag = reader.varint(end);
    if (tag === 10) response.requestId = reader.text(end);
    else if (tag === 16) response.async = reader.varint(end) !== 0;
    else if (tag === 24) response.hasMore = reader.varint(end) !== 0;
    else if (tag === 34) response.outcome = { $case: "result", value: reader.data(end) };
    else if (tag === 42) response.outcome = { $case: "resultJson", value: reader.data(end) };
    else if (tag === 50) response.node = reader.repeated(end, lastNode);
    else reader.skip(tag, end);
  }
  return response;
}

function emptyRequest(): ExecuteRequest {
  return {
    requestId: "",
    service: "",
    function: "",
    version: "",
    deviceId: "",
    arguments: undefined,
    idempotencyKey: "",
    resultEncoding: Encoding.ENCODING_UNSPECIFIED,
  };
}
