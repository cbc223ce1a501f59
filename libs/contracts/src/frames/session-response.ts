import { SessionResult } from "../gen/weft/v1/gateway.js";
import { readExecuteResponse, writeExecuteResponse } from "./execute.js";
import { FrameReader } from "./frame-reader.js";
import type { FrameWriter } from "./frame-writer.js";

/** Adds one thing that the gateway tells to a batch of weft.v1.SessionResponse: the very bytes that generated code makes. */
export function writeSessionResult(writer: FrameWriter, told: SessionResult): void {
  if (told.result?.$case !== "execute") {
    writer.data(10, SessionResult.encode(told).finish());
    return;
  }
  const start = writer.begin(10, 0);
  writer.uint(8, told.id);
  const execute = writer.begin(18, 1);
  writeExecuteResponse(writer, told.result.value);
  writer.end(execute, 1);
  writer.end(start, 0);
}

/** Reads the batches of one session. */
export class SessionResponseReader {
  #lastNode = "";

  /**
   * Calls `take` for each result, in order; outcomes lie in the batch's memory. Throws at a batch that cannot be decoded; what
   * stood before the mistake was taken.
   */
  read(batch: Buffer, take: (told: SessionResult) => void): void {
    const reader = new FrameReader(batch);
    const end = batch.length;
    while (reader.at < end) {
      const tag = reader.varint(end);
      if (tag === 10) take(this.#result(reader, reader.length(end)));
      else reader.skip(tag, end);
    }
  }

  #result(reader: FrameReader, end: number): SessionResult {
    const start = reader.at;
    const told: SessionResult = { id: 0, result: undefined };
    while (reader.at < end) {
      const tag = reader.varint(end);
      if (tag === 8) told.id = reader.uint(end);
      else if (tag === 18) {
        const value = readExecuteResponse(reader, reader.length(end), this.#lastNode);
        this.#lastNode = value.node;
        told.result = { $case: "execute", value };
      } else if (tag >= 26 && tag <= 50 && tag % 8 === 2) {
        reader.at = end;
        return SessionResult.decode(reader.bytes.subarray(start, end)); // rare beside execute
      } else reader.skip(tag, end);
    }
    return told;
  }
}
