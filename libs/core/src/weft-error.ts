import { Code, codeName } from "./code.js";
import { Reason } from "./reason.js";

/** One field that was wrong: `field` is a path such as `args.user_id`. */
export interface Violation {
  readonly field: string;
  readonly description: string;
}

/** One quota that is used up: whose it is, and for people what it allows. */
export interface QuotaViolation {
  readonly subject: string;
  readonly description: string;
}

export interface WeftErrorOptions {
  /** Stable, UPPER_SNAKE, for programs. Defaults to the name of the code. */
  readonly reason?: string;
  /** Who defines the reason. What a handler throws gets the name of its service. */
  readonly domain?: string;
  /** Facts for programs, such as `limit` and `actual`. Sent to the client: no secrets, no payloads. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** All fields that were wrong, at once. */
  readonly violations?: readonly Violation[];
  /** The quotas that are used up. */
  readonly quotaViolations?: readonly QuotaViolation[];
  /** When the caller may try again. Absent: the caller should not. */
  readonly retryAfterMs?: number;
  /** Shown to the client so that it can be found in the log. */
  readonly requestId?: string;
  /** For the log; never sent. */
  readonly cause?: unknown;
}

/**
 * The one error of Weft: a status code, a message for people and a reason for programs. It reaches the client as it is;
 * any other throw reaches it as INTERNAL with a fixed text.
 */
export class WeftError extends Error {
  override readonly name = "WeftError";
  readonly code: Code;
  readonly reason: string;
  readonly domain: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
  readonly violations: readonly Violation[];
  readonly quotaViolations: readonly QuotaViolation[];
  readonly retryAfterMs: number | undefined;
  readonly requestId: string | undefined;

  constructor(code: Code, message: string, options: WeftErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.reason = options.reason ?? codeName(code);
    this.domain = options.domain;
    this.metadata = options.metadata ?? {};
    this.violations = options.violations ?? [];
    this.quotaViolations = options.quotaViolations ?? [];
    this.retryAfterMs = options.retryAfterMs;
    this.requestId = options.requestId;
  }

  /**
   * The error as it may leave this process: a WeftError is itself, anything else becomes INTERNAL with `message`, its own
   * text kept as the cause for the log. Called at boundaries only.
   */
  static from(error: unknown, message = "Request processing failed"): WeftError {
    if (error instanceof WeftError) return error;
    return new WeftError(Code.Internal, message, { reason: Reason.Internal, cause: error });
  }

  /** A copy with some of the options replaced. */
  with(options: WeftErrorOptions): WeftError {
    const copy = new WeftError(this.code, this.message, {
      reason: this.reason,
      metadata: this.metadata,
      violations: this.violations,
      quotaViolations: this.quotaViolations,
      cause: this.cause,
      ...(this.domain !== undefined && { domain: this.domain }),
      ...(this.retryAfterMs !== undefined && { retryAfterMs: this.retryAfterMs }),
      ...(this.requestId !== undefined && { requestId: this.requestId }),
      ...options,
    });
    if (this.stack !== undefined) copy.stack = this.stack;
    return copy;
  }
}
