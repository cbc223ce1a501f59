import { Code, isCode, Reason, type Violation, WeftError, type WeftErrorOptions } from "@weft/core";
import { BadRequest, ErrorInfo, QuotaFailure, RequestInfo, RetryInfo } from "./gen/google/rpc/error_details.js";
import type { Status } from "./gen/google/rpc/status.js";

/** The domain of the mesh's own reasons. A handler's reasons stand in the domain of its service. */
export const meshDomain = "weft";

// A large trailer can lose the error itself, so what goes into it is bounded.
const maxMessageLength = 256;
const maxFactLength = 512;
const maxViolations = 50;

const typePrefix = "type.googleapis.com/google.rpc.";

/** The error as `google.rpc.Status`, with the details that its fields stand for. */
export function statusFromError(error: WeftError): Status {
  const details = [
    any(
      "ErrorInfo",
      ErrorInfo.encode({
        reason: error.reason,
        domain: error.domain ?? meshDomain,
        metadata: facts(error.metadata),
      }),
    ),
  ];
  if (error.violations.length > 0)
    details.push(any("BadRequest", BadRequest.encode({ fieldViolations: bounded(error.violations) })));
  if (error.quotaViolations.length > 0)
    details.push(
      any("QuotaFailure", QuotaFailure.encode({ violations: error.quotaViolations.slice(0, maxViolations) })),
    );
  if (error.retryAfterMs !== undefined)
    details.push(any("RetryInfo", RetryInfo.encode({ retryDelay: duration(error.retryAfterMs) })));
  if (error.requestId !== undefined)
    details.push(any("RequestInfo", RequestInfo.encode({ requestId: error.requestId, servingData: "" })));
  return { code: error.code, message: clipped(error.message, maxMessageLength), details };
}

/** The error that a `google.rpc.Status` describes. Details of unknown type are passed over. */
export function errorFromStatus(status: Status): WeftError {
  const options: { -readonly [K in keyof WeftErrorOptions]: WeftErrorOptions[K] } = {};
  for (const { typeUrl, value } of status.details) {
    switch (typeUrl.slice(typeUrl.lastIndexOf(".") + 1)) {
      case "ErrorInfo": {
        const { reason, domain, metadata } = ErrorInfo.decode(value);
        Object.assign(options, { reason, domain, metadata });
        break;
      }
      case "BadRequest":
        options.violations = BadRequest.decode(value).fieldViolations;
        break;
      case "QuotaFailure":
        options.quotaViolations = QuotaFailure.decode(value).violations;
        break;
      case "RetryInfo": {
        const { retryDelay } = RetryInfo.decode(value);
        options.retryAfterMs = (retryDelay?.seconds ?? 0) * 1_000 + (retryDelay?.nanos ?? 0) / 1e6;
        break;
      }
      case "RequestInfo":
        options.requestId = RequestInfo.decode(value).requestId;
        break;
    }
  }
  return new WeftError(knownCode(status.code), status.message, options);
}

/** UNKNOWN never leaves Weft: what came in as it, or as no code at all, is INTERNAL. */
function knownCode(code: number): Code {
  return isCode(code) && code !== Code.Ok && code !== Code.Unknown ? code : Code.Internal;
}

function any(name: string, writer: { finish(): Uint8Array }) {
  return { typeUrl: typePrefix + name, value: Buffer.from(writer.finish()) };
}

function bounded(violations: readonly Violation[]): Violation[] {
  if (violations.length <= maxViolations) return [...violations];
  const more = violations.length - maxViolations;
  return [...violations.slice(0, maxViolations), { field: "", description: `and ${more} more` }];
}

function facts(metadata: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(metadata).map(([key, fact]) => [key, clipped(String(fact), maxFactLength)]));
}

/** Names that callers make up hold halves of surrogate pairs where they are cut: grpc-js would throw, and end the process. */
function clipped(text: string, maxLength: number): string {
  const short = text.length <= maxLength ? text : `${text.slice(0, maxLength - 1)}…`;
  return short.replace(/\p{Surrogate}/gu, "\ufffd");
}

function duration(ms: number) {
  const seconds = Math.floor(ms / 1_000);
  return { seconds, nanos: Math.round((ms - seconds * 1_000) * 1e6) };
}

/** What went wrong before an answer of the peer: grpc-js words these itself, without details. */
export function transportError(code: number, text: string): WeftError {
  const cause = { code, message: text };
  switch (wasNeverSent(text) ? Code.Unavailable : code) {
    case Code.Unavailable:
      return new WeftError(Code.Unavailable, "connection lost", {
        reason: Reason.ConnectionLost,
        metadata: { processed: wasNeverSent(text) ? "no" : "maybe" },
        retryAfterMs: 1_000,
        cause,
      });
    case Code.DeadlineExceeded:
      return new WeftError(Code.DeadlineExceeded, "Request timed out", { reason: Reason.Timeout, cause });
    case Code.Cancelled:
      return new WeftError(Code.Cancelled, "call cancelled", { reason: Reason.Cancelled, cause });
    case Code.ResourceExhausted:
      return new WeftError(Code.ResourceExhausted, text, { reason: Reason.PayloadTooLarge, cause });
    default:
      return new WeftError(knownCode(code), text, { cause });
  }
}

// The texts of grpc-js 1.14 for a call that never left, or that HTTP/2 promises was not looked at; every other loss may
// have reached the peer.
const neverSent =
  /^(No connection established|Name resolution failed|Connect(ion)? (refused|timed out)|Channel closed before call started|Failed to start HTTP\/2 stream|Stream refused by server)|ECONNREFUSED/;

function wasNeverSent(text: string): boolean {
  return neverSent.test(text);
}
