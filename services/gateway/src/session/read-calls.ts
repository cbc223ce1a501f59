import { SessionCall } from "@weft/contracts/gateway";
import { Code, Reason, WeftError } from "@weft/core";

/** The calls of one batch, in turn. Throws INVALID_PAYLOAD where it cannot be read on. */
export interface CallReader {
  /** Undefined: that was the last. */
  next(): SessionCall | undefined;
}

// Of field 1, SessionRequest.calls.
const callTag = 0x0a;

/**
 * Reads a `SessionRequest` call by call: a megabyte holds 100,000 small ones, which decoded at once would be many times its
 * size, and each of which may have an answer that is larger than itself.
 */
export function readCalls(batch: Uint8Array): CallReader {
  let at = 0;

  function length(): number {
    let value = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = batch[at++] ?? 0;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw new Error("a length is longer than a batch can be");
  }

  function read(): SessionCall {
    if (batch[at++] !== callTag) throw new Error("not a call");
    const end = length() + at;
    if (end > batch.length) throw new Error("a call is cut off");
    const call = SessionCall.decode(batch.subarray(at, end));
    at = end;
    return call;
  }

  return {
    next() {
      if (at === batch.length) return undefined;
      try {
        return read();
      } catch (cause) {
        throw unreadable("a batch of the session cannot be read", cause);
      }
    },
  };
}

/** What a session ends with whose client says what nobody can make sense of. */
export function unreadable(what: string, cause?: unknown): WeftError {
  return new WeftError(Code.InvalidArgument, `Invalid request: Malformed request payload: ${what}`, {
    reason: Reason.InvalidPayload,
    ...(cause !== undefined && { cause }),
  });
}
