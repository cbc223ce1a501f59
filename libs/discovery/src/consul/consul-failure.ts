import type { IncomingMessage } from "node:http";
import { Code, Reason, WeftError } from "@weft/core";

// A refused token does not get better by asking: poll slowly until an operator has seen to it.
const deniedRetryMs = 30_000;

/** What went wrong, as status and message only: the package's own error holds the request, and so the token. */
export function consulFailure(error: unknown): WeftError {
  if (error instanceof WeftError) return error;
  const { message, response } = Object(error) as { message?: unknown; response?: IncomingMessage };
  const status = response?.statusCode;
  if (status === undefined) return unavailable(String(message));
  const text = `${message} (HTTP ${status})`;
  if (status === 403) {
    return new WeftError(Code.PermissionDenied, text, {
      reason: Reason.PermissionDenied,
      retryAfterMs: deniedRetryMs,
    });
  }
  const retryAfterS = Number(response?.headers["retry-after"]);
  const options = retryAfterS > 0 ? { retryAfterMs: retryAfterS * 1_000 } : {};
  if (status === 429) return new WeftError(Code.ResourceExhausted, text, options);
  if (status === 404) return new WeftError(Code.NotFound, text);
  if (status < 500) return new WeftError(Code.Internal, text);
  return new WeftError(Code.Unavailable, text, options);
}

export function noAnswer(limitMs: number): WeftError {
  return unavailable(`consul: no answer within ${limitMs} ms`);
}

export function tooLarge(maxBytes: number): WeftError {
  return new WeftError(Code.ResourceExhausted, `consul: the answer exceeds ${maxBytes} bytes`, {
    reason: Reason.PayloadTooLarge,
  });
}

/** For an answer that is not what Consul sends, such as a proxy's HTML page with status 200. */
export function unexpectedAnswer(what: string): WeftError {
  return new WeftError(Code.Internal, `consul: unexpected answer, ${what}`);
}

function unavailable(message: string): WeftError {
  return new WeftError(Code.Unavailable, message, { reason: Reason.ConnectionLost });
}
