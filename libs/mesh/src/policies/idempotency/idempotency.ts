import { decodeJsonObject, meshDomain } from "@weft/contracts";
import { type Clock, Code, Reason, WeftError } from "@weft/core";
import { cont, type Plugin } from "@weft/plugin-chain";
import { type Call, targetOf } from "../../call.js";
import type { CountWork } from "../../count-work.js";
import { explainStep } from "../../explanation.js";
import type { Execute } from "../../internal-call.js";
import { ownerOf } from "../../owner.js";
import type { CallResult, Pipeline } from "../../pipeline.js";
import { digest } from "../digest.js";
import { type End, KeptOutcomes } from "../kept-outcomes.js";
import { type SharedExecution, shareExecution } from "../shared-execution.js";

const keyForm = /^[\x21-\x7e]{1,128}$/;
const limits = { keepMs: 600_000, maxEntries: 10_000, maxBytes: 64_000_000 };

export interface IdempotencyOptions {
  readonly clock: Clock;
  readonly countWork: CountWork;
}

/** How a call ended that must not run twice, and what it was called with. */
interface Kept {
  readonly fingerprint: string;
  readonly end: End;
}

/** Calls of one key that are under way. */
interface Pending {
  readonly fingerprint: string;
  calls: number;
  /** Begun by the first of them that gets so far. */
  execution: SharedExecution | undefined;
}

/** What a call with a key is about to get. */
type Claim = { readonly end: End } | { readonly key: string; readonly pending: Pending };

/**
 * Lets calls with the same idempotency key run once: the others get the outcome of the first. That one goes on though its
 * caller has gone, since just that caller will ask again. What never came to the function, or was lost on the way, is not
 * an outcome: the next call with the key runs.
 */
export function idempotency({ clock, countWork }: IdempotencyOptions): Plugin<Pipeline> {
  const kept = new KeptOutcomes<Kept>(limits);
  const pending = new Map<string, Pending>();
  const claims = new WeakMap<Call, Claim>();

  function claim(key: string, fingerprint: string): Claim {
    const known = kept.get(key, clock.now()) ?? pending.get(key);
    if (known !== undefined && known.fingerprint !== fingerprint) throw reused();
    if (known !== undefined && "end" in known) return known;
    const joined = known ?? { fingerprint, calls: 0, execution: undefined };
    joined.calls++;
    pending.set(key, joined);
    return { key, pending: joined };
  }

  function start(key: string, entry: Pending, call: Call, next: Execute): SharedExecution {
    const abort = new AbortController();
    const leave = countWork(abort);
    const execution = shareExecution(call, next, { clock, abort, outlivesCallers: true });
    const over = (end: End | undefined) => {
      pending.delete(key);
      if (end !== undefined) kept.keep(key, { fingerprint: entry.fingerprint, end }, clock.now());
      leave();
    };
    execution.outcome.then(over, (error) => over(isOutcome(error) ? error : undefined));
    return execution;
  }

  async function outcomeOf(claimed: Claim, call: Call, next: Execute): Promise<CallResult> {
    if ("end" in claimed) {
      if (claimed.end instanceof WeftError) throw claimed.end;
      return claimed.end;
    }
    const { key, pending: entry } = claimed;
    entry.execution ??= start(key, entry, call, next);
    return entry.execution.join(call);
  }

  return {
    name: "idempotency",
    after: ["validate"],
    before: ["dispatch"],
    callbacks: {
      admit(call) {
        const { idempotencyKey } = call.request;
        if (idempotencyKey === "") return cont;
        if (!keyForm.test(idempotencyKey)) throw malformedKey();
        if (targetOf(call).variant.shape === "unary") claims.set(call, claim(scopedKey(call), fingerprintOf(call)));
        return cont;
      },
      execute: (next) => (call) => {
        const claimed = call.request.idempotencyKey === "" ? undefined : claims.get(call);
        return claimed === undefined ? next(call) : outcomeOf(claimed, call, next);
      },
      settled(call) {
        const claimed = call.request.idempotencyKey === "" ? undefined : claims.get(call);
        if (claimed === undefined || "end" in claimed) return;
        const { key, pending: entry } = claimed;
        entry.calls--;
        if (entry.calls === 0 && entry.execution === undefined) pending.delete(key);
      },
      explain: (next) => (call) => {
        if (call.request.idempotencyKey === "") return next(call);
        return explainStep(() => ({
          phase: "idempotency",
          rule: "calls of one caller with the same key run once in 10 minutes",
          reason: kept.get(scopedKey(call), clock.now()) === undefined ? "no outcome is kept" : "an outcome is kept",
        }))(next)(call);
      },
    },
  };
}

/** What is the function's own word, and so the same however often it is asked. */
function isOutcome(error: unknown): error is WeftError {
  if (!(error instanceof WeftError)) return false;
  const isOwn = (error.domain ?? meshDomain) !== meshDomain;
  return isOwn || error.reason === Reason.Internal || error.reason === Reason.PayloadTooLarge;
}

function scopedKey({ request }: Call): string {
  return [ownerOf(request), request.service, request.functionName, request.idempotencyKey].join("\n");
}

function fingerprintOf({ request, argsJson }: Call): string {
  return digest([request.version, decodeJsonObject(argsJson).value]);
}

function malformedKey(): WeftError {
  const what = "idempotency_key must be 1 to 128 characters of visible ASCII";
  return new WeftError(Code.InvalidArgument, `Invalid request: Malformed request payload: ${what}`, {
    reason: Reason.InvalidPayload,
    violations: [{ field: "idempotency_key", description: what }],
  });
}

function reused(): WeftError {
  return new WeftError(Code.AlreadyExists, "this idempotency_key belongs to a call with other arguments", {
    reason: Reason.IdempotencyKeyReused,
  });
}
