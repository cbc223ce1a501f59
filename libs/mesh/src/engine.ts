import { type Clock, WeftError } from "@weft/core";
import type { Dispatch, EnteredCall, Service } from "@weft/plugin-chain";
import { type Call, type CallRequest, createCall, targetOf } from "./call.js";
import { CallAbort } from "./call-abort.js";
import type { Connection } from "./connection.js";
import { type CountWork, countNothing } from "./count-work.js";
import type { Explanation } from "./explanation.js";
import type { CallResult, Outcome, Pipeline, StreamItem } from "./pipeline.js";
import type { PendingOutcome } from "./policies/async-results/pending-outcome.js";
import type { End } from "./policies/kept-outcomes.js";
import { timedOut } from "./policies/timed-out.js";
import { collectOffers, type Provided } from "./provided.js";
import { whileWaiting } from "./while-waiting.js";
import { withRequestId } from "./with-request-id.js";

/** What a caller gets who is not to get a result. */
const acknowledged: CallResult = { json: new Uint8Array(0), node: "" };

/** Takes what a stream gives. A promise asks the producer to wait. */
export interface StreamSink {
  accepted(node: string): void | Promise<void>;
  item(item: StreamItem): void | Promise<void>;
}

/** Runs calls through the pipeline. Throws WeftErrors only; every call settles exactly once. */
export interface Engine {
  /**
   * Finds out who is at the other end, before there is a call. Throws what a plugin refuses with; a promise only where one
   * waits for something.
   */
  connect(connection: Connection): void | Promise<void>;
  /** `abort` ends the call; its reason is what the caller is told. A `CallAbort` is the cheapest. */
  newCall(request: CallRequest, abort?: AbortController): Call;
  /**
   * A function of mode none is acknowledged without a result as soon as it is admitted, and so is one of mode async whose
   * outcome is kept for the caller; its work goes on. Where nobody keeps it, the caller waits for it.
   */
  execute(call: Call): Promise<CallResult>;
  /**
   * Ends with the stream. A unary function gives its answer as the one item, one of mode none gives no item. One whose
   * outcome is kept goes on when its stream is cancelled.
   */
  stream(call: Call, sink: StreamSink): Promise<void>;
  /** What every policy says of the call, and the nodes it could go to. Nothing is executed, no limit is used. */
  explain(call: Call): Promise<Explanation>;
}

/** A call stays on the chain that it met, whatever is changed meanwhile. */
export function createEngine(
  policies: Pick<Service<Pipeline>, "enter">,
  clock: Clock,
  countWork: CountWork = countNothing,
): Engine {
  let current: { readonly chain: Dispatch<Pipeline>; readonly provided: Provided } | undefined;

  /** What the plugins of a chain offer, asked for once. */
  function providedBy(chain: Dispatch<Pipeline>): Provided {
    if (current?.chain !== chain) current = { chain, provided: collectOffers((offers) => chain.provide(offers)) };
    return current.provided;
  }

  async function settling<Result>(
    call: Call,
    run: (call: Call, entered: EnteredCall<Pipeline>) => Promise<Result> | Result,
  ): Promise<Result> {
    const entered = policies.enter();
    call.provided = providedBy(entered.dispatch);
    let error: WeftError | undefined;
    try {
      return await run(call, entered);
    } catch (thrown) {
      error = withRequestId(thrown, call.request.requestId);
      throw error;
    } finally {
      if (!call.isAcknowledged) settle(call, entered, error);
    }
  }

  function settle(call: Call, entered: EnteredCall<Pipeline>, error: WeftError | undefined): void {
    entered.dispatch.settled(call, { error, elapsedMs: clock.now() - call.startedAt } satisfies Outcome);
    entered.leave();
  }

  /** No promise where nothing waits, as most calls are admitted. */
  function admitAndRun(call: Call, entered: EnteredCall<Pipeline>): Promise<CallResult> | CallResult {
    const admitted = entered.dispatch.admit(call);
    return admitted instanceof Promise ? admitted.then(() => run(call, entered)) : run(call, entered);
  }

  /** Runs an admitted call, to its end or, where nobody waits for that, to its beginning. */
  function run(call: Call, entered: EnteredCall<Pipeline>): Promise<CallResult> | CallResult {
    return isAnsweredAtOnce(call) ? acknowledge(call, entered) : entered.dispatch.execute(call);
  }

  /** Lets the work go on without its caller, whose request ends it no more. */
  function acknowledge(call: Call, entered: EnteredCall<Pipeline>): CallResult {
    const abort = new CallAbort();
    const leave = countWork(abort);
    call.abort = abort;
    call.isAcknowledged = true;
    void runAlone(call, entered).finally(leave);
    return acknowledged;
  }

  async function runAlone(call: Call, entered: EnteredCall<Pipeline>): Promise<void> {
    let end: End;
    try {
      end = await entered.dispatch.execute(call);
    } catch (thrown) {
      end = withRequestId(thrown, call.request.requestId);
    }
    settle(call, entered, end instanceof WeftError ? end : undefined);
    await call.pendingOutcome?.end(end);
  }

  async function single(call: Call, entered: EnteredCall<Pipeline>, sink: StreamSink): Promise<void> {
    const { abort: reader, pendingOutcome } = call;
    const { node, json } = await run(call, entered);
    await sink.accepted(node);
    if (pendingOutcome !== undefined)
      await sink.item({ sequence: 1, json: await laterResult(call, pendingOutcome, reader) });
    else if (!call.isAcknowledged) await sink.item({ sequence: 1, json });
  }

  /** What an acknowledged call gives, for somebody who reads its stream. */
  async function laterResult(call: Call, { outcome }: PendingOutcome, reader: AbortController): Promise<Uint8Array> {
    const { startedAt, request } = call;
    const { deadlineAt } = request;
    const timeUp = (nowMs: number) => timedOut({ startedAt, deadlineAt, deadlineClock: "client", request }, nowMs);
    const { end } = await whileWaiting(outcome, { abort: reader, deadlineAt, timeUp, clock });
    if (end instanceof WeftError) throw end;
    return end.json;
  }

  return {
    connect(connection) {
      const entered = policies.enter();
      let waiting: Promise<unknown> | undefined;
      try {
        const connected = entered.dispatch.connect(connection);
        if (connected instanceof Promise) waiting = connected;
      } finally {
        if (waiting === undefined) entered.leave();
      }
      return waiting && connectedBy(waiting, entered);
    },
    newCall: (request, abort = new CallAbort()) => createCall(request, abort, clock.now()),
    execute: (call) => settling(call, admitAndRun),
    stream: (call, sink) =>
      settling(call, async (_, entered) => {
        await entered.dispatch.admit(call);
        if (targetOf(call).variant.shape === "unary") return single(call, entered, sink);
        const { node, items } = await entered.dispatch.open(call);
        await sink.accepted(node);
        for await (const item of items) {
          const wait = sink.item(item);
          if (wait !== undefined) await wait;
        }
      }),
    async explain(call) {
      const entered = policies.enter();
      call.provided = providedBy(entered.dispatch);
      try {
        return await entered.dispatch.explain(call);
      } finally {
        entered.leave();
      }
    },
  };
}

async function connectedBy(waiting: Promise<unknown>, entered: { leave(): void }): Promise<void> {
  try {
    await waiting;
  } finally {
    entered.leave();
  }
}

/** Whether the caller is answered when the call is admitted. */
function isAnsweredAtOnce(call: Call): boolean {
  return targetOf(call).variant.config.mode === "none" || call.pendingOutcome !== undefined;
}
