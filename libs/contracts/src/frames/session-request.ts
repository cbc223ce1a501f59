import { SessionCall } from "../gen/weft/v1/gateway.js";
import { ExecuteRequestReader, writeExecuteRequest } from "./execute.js";
import { FrameReader } from "./frame-reader.js";
import type { FrameWriter } from "./frame-writer.js";

/** Adds one thing that a client asks to a batch of weft.v1.SessionRequest: the very bytes that generated code makes. */
export function writeSessionCall(writer: FrameWriter, call: SessionCall): void {
  if (call.call?.$case !== "execute") {
    writer.data(10, SessionCall.encode(call).finish());
    return;
  }
  const start = writer.begin(10, 0);
  writer.uint(8, call.id);
  const execute = writer.begin(18, 1);
  writeExecuteRequest(writer, call.call.value);
  writer.end(execute, 1);
  writer.uint(48, call.timeoutMs);
  writer.end(start, 0);
}

const noBatch = new FrameReader(Buffer.alloc(0));

/** Reads the batches of one session call by call: one of a megabyte holds 100,000 small ones. */
export class SessionRequestReader {
  readonly #requests = new ExecuteRequestReader();
  #batch = noBatch;

  /** The calls that follow are those of this batch. */
  open(batch: Buffer): void {
    this.#batch = new FrameReader(batch);
  }

  /** Undefined: the batch has no more. Throws where it cannot be decoded. */
  next(): SessionCall | undefined {
    const batch = this.#batch;
    const end = batch.bytes.length;
    while (batch.at < end) {
      const tag = batch.varint(end);
      if (tag === 10) return this.#call(batch.length(end));
      batch.skip(tag, end);
    }
    this.#batch = noBatch; // its memory is free
    return undefined;
  }

  #call(end: number): SessionCall {
    const batch = this.#batch;
    const start = batch.at;
    const call: SessionCall = { id: 0, call: undefined, timeoutMs: 0 };
    while (batch.at < end) {
      const tag = batch.varint(end);
      if (tag === 8) call.id = batch.uint(end);
      else if (tag === 48) call.timeoutMs = batch.uint(end);
      else if (tag === 18) call.call = { $case: "execute", value: this.#requests.read(batch, batch.length(end)) };
      else if (tag === 26 || tag === 34 || tag === 42) {
        batch.at = end;
        return SessionCall.decode(batch.bytes.subarray(start, end)); // rare beside execute
      } else batch.skip(tag, end);
    }
    return call;
  }
}
