import { meshDomain } from "@weft/contracts";
import { type Clock, type Logger, WeftError } from "@weft/core";
import type { Call } from "../../call.js";
import type { CallView } from "../../provided.js";
import { askNode } from "./ask-node.js";
import type { CallbackReference } from "./reference.js";

export interface CallbackOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Id of this process, for a node's log. */
  readonly caller: string;
}

/** What is asked, and of whom. */
export interface Question {
  readonly call: Call;
  readonly view: CallView;
  readonly reference: CallbackReference;
  /** The callback of that name in this process, without the fixed arguments; undefined: a node has it. */
  readonly local: (() => unknown) | undefined;
  /** What the call gave, for callbacks that come after it. */
  readonly result?: unknown;
  readonly limitMs: number;
}

/** How it went. A call that was cancelled meanwhile is no outcome: that is thrown. */
export type CallbackOutcome =
  | { readonly kind: "answered"; readonly value: unknown }
  /** `typed`: the callback means the caller to get this very error. */
  | { readonly kind: "threw"; readonly error: unknown; readonly typed: WeftError | undefined }
  /** `isDeadline`: it was the call's time that ran out, not the callback's own. */
  | { readonly kind: "timed_out"; readonly isDeadline: boolean };

/**
 * Asks a callback: one that a plugin of this process offers, else the function of that name of the call's own service, on
 * the node that the call goes to. A callback of this process that answers at once is not waited for.
 */
export function askCallback(question: Question, options: CallbackOptions): CallbackOutcome | Promise<CallbackOutcome> {
  const { call, local, limitMs } = question;
  const leftMs = call.deadlineAt - options.clock.now();
  const isDeadline = leftMs < limitMs;
  if (leftMs <= 0) return { kind: "timed_out", isDeadline };
  const timeoutMs = Math.min(leftMs, limitMs);
  const over = new AbortController();
  try {
    const answer = local === undefined ? askNode(question, { timeoutMs, signal: over.signal }, options) : local();
    if (!isPromise(answer)) return { kind: "answered", value: answer };
    return inTime(answer, { question, timeoutMs, isDeadline, over, clock: options.clock });
  } catch (error) {
    return threw(error, question);
  }
}

interface Waiting {
  readonly question: Question;
  readonly timeoutMs: number;
  readonly isDeadline: boolean;
  /** Tells a node that nobody waits any more. */
  readonly over: AbortController;
  readonly clock: Clock;
}

function inTime(answer: PromiseLike<unknown>, waiting: Waiting): Promise<CallbackOutcome> {
  const { question, timeoutMs, isDeadline, over, clock } = waiting;
  const { signal } = question.call.abort;
  return new Promise<CallbackOutcome>((resolve, reject) => {
    const cancelled = () => end(() => reject(signal.reason));
    const stopTimer = clock.after(timeoutMs, () => end(() => resolve({ kind: "timed_out", isDeadline })));
    function end(settle: () => void): void {
      stopTimer();
      signal.removeEventListener("abort", cancelled);
      settle();
      over.abort();
    }
    signal.addEventListener("abort", cancelled);
    if (signal.aborted) cancelled();
    answer.then(
      (value) => end(() => resolve({ kind: "answered", value })),
      (error) => end(() => resolve(threw(error, question))),
    );
  });
}

/** What a node's mesh says of a callback, such as that there is none, is no answer of the callback's. */
function threw(error: unknown, { local }: Question): CallbackOutcome {
  const isTyped = error instanceof WeftError && (local !== undefined || (error.domain ?? meshDomain) !== meshDomain);
  return { kind: "threw", error, typed: isTyped ? error : undefined };
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";
}
