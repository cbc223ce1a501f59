import type { Clock } from "@weft/core";
import { cont, type Plugin } from "@weft/plugin-chain";
import { type Call, type CallRequest, targetOf } from "../../call.js";
import { explainStep } from "../../explanation.js";
import { ownerOf } from "../../owner.js";
import type { Pipeline } from "../../pipeline.js";
import { requestIdInUse } from "../../request-id-in-use.js";
import { digest } from "../digest.js";
import { KeptOutcomes } from "../kept-outcomes.js";
import { keepAlive } from "./keep-alive.js";
import { type OutcomeStore, silenceMs } from "./outcome-store.js";
import type { AsyncOutcome, AsyncResult, PendingOutcome } from "./pending-outcome.js";
import { type Patience, untilTold, waitForStored } from "./waiting.js";

// Of outcomes that the cache does not take.
const ownLimits = { maxEntries: 10_000, maxBytes: 64_000_000 };

export interface AsyncResultsOptions {
  readonly store: OutcomeStore;
  /**
   * Takes the request id of a call among those that its caller has under way here. Throws REQUEST_ID_IN_USE; the answer
   * frees it.
   */
  readonly holdRequestId: (call: Call) => () => void;
  /** How long an outcome can be asked for. */
  readonly keepMs: number;
  readonly clock: Clock;
}

/** Outcomes of async calls, for their callers to ask for. */
export interface AsyncResults {
  readonly plugin: Plugin<Pipeline>;
  /** What became of a call of that owner. Undefined: nothing is known. Throws what the cache fails with. */
  find(requestId: string, owner: string, patience: Patience): Promise<AsyncResult | undefined>;
}

/** A call that was accepted here. */
interface Pending {
  readonly request: CallRequest;
  readonly outcome: Promise<AsyncOutcome>;
}

/**
 * Lets calls of mode async go on without their callers and keeps what becomes of them: in the cache, where every gateway
 * finds it, and in this process what the cache does not take. A call is accepted once the cache knows that it is under
 * way, so that its loss with this process is told too.
 */
export function createAsyncResults({ store, holdRequestId, keepMs, clock }: AsyncResultsOptions): AsyncResults {
  const pending = new Map<string, Pending>();
  const unstored = new KeptOutcomes<AsyncOutcome>({ keepMs, ...ownLimits });

  async function accept(call: Call): Promise<typeof cont> {
    const { requestId } = call.request;
    const key = outcomeKey(requestId, ownerOf(call.request));
    const known = pending.get(key);
    if (known !== undefined && isRepeated(call.request, known.request)) {
      call.pendingOutcome = { outcome: known.outcome, async end() {}, abandon() {} };
      return cont;
    }
    const free = holdRequestId(call);
    if (!(await store.begin(key))) {
      free();
      throw requestIdInUse(requestId);
    }
    call.pendingOutcome = begun(key, call.request, free);
    return cont;
  }

  function begun(key: string, request: CallRequest, free: () => void): PendingOutcome {
    const stopRenewing = keepAlive(() => store.renew(key), silenceMs / 3, clock);
    let tell: (outcome: AsyncOutcome) => void = () => {};
    const outcome = new Promise<AsyncOutcome>((resolve) => {
      tell = resolve;
    });
    pending.set(key, { request, outcome });

    function release(): Promise<void> {
      pending.delete(key);
      free();
      return stopRenewing();
    }

    return {
      outcome,
      async end(end) {
        const ended = { end, expiresAt: clock.wallTime() + keepMs };
        tell(ended);
        unstored.keep(key, ended, clock.now()); // asked for meanwhile, it is here
        await release();
        if (await store.finish(key, ended)) unstored.remove(key);
      },
      abandon: () => void release().then(() => store.abandon(key)),
    };
  }

  return {
    plugin: {
      name: "async-results",
      after: ["validate"],
      before: ["dispatch"],
      callbacks: {
        admit: (call) => (targetOf(call).variant.config.mode === "async" ? accept(call) : cont),
        settled(call) {
          if (!call.isAcknowledged) call.pendingOutcome?.abandon();
        },
        explain: (next) => (call) => {
          if (targetOf(call).variant.config.mode !== "async") return next(call);
          const { requestId } = call.request;
          const known = pending.get(outcomeKey(requestId, ownerOf(call.request)));
          const refusal =
            known === undefined || isRepeated(call.request, known.request) ? undefined : requestIdInUse(requestId);
          return explainStep(() => ({
            phase: "async-results",
            rule: `the caller is answered at once, the outcome is kept for ${keepMs / 1_000} s`,
            reason: refusal?.message ?? "no other call of this request_id is under way here",
            ...(refusal && { refusal }),
          }))(next)(call);
        },
      },
    },
    async find(requestId, owner, patience) {
      const key = outcomeKey(requestId, owner);
      const own = pending.get(key)?.outcome;
      if (own !== undefined) return untilTold(own, patience, clock);
      return unstored.get(key, clock.now()) ?? waitForStored(key, patience, { store, clock });
    },
  };
}

function outcomeKey(requestId: string, owner: string): string {
  return `outcome:${digest(owner)}:${requestId}`;
}

/** Sent again by a client that did not hear that the call was accepted: it gets the outcome of the first. */
function isRepeated(again: CallRequest, first: CallRequest): boolean {
  return (
    first.idempotencyKey !== "" &&
    first.idempotencyKey === again.idempotencyKey &&
    first.service === again.service &&
    first.functionName === again.functionName
  );
}
