import { type Clock, Code, WeftError } from "@weft/core";
import type { Dispatch, EnteredCall, Service } from "@weft/plugin-chain";
import { type Call, type CallRequest, createCall, targetOf } from "./call.js";
import { CallAbort } from "./call-abort.js";
import type { Connection } from "./connection.js";
import { type CountWork, countNothing } from "./count-work.js";
import type { Explanation } from "./explanation.js";
import type { CallResult, Outcome, Pipeline, StreamItem } from "./pipeline.js";
import { collectOffers, type Provided } from "./provided.js";

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
  /** A function of mode none is acknowledged without a result as soon as it is admitted; its work goes on. */
  execute(call: Call): Promise<CallResult>;
  /** Ends with the stream. A unary function gives its answer as the one item, one of mode none gives no item. */
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
      error = withRequestId(WeftError.from(thrown), call.request.requestId);
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
    if (targetOf(call).variant.config.mode !== "none") return entered.dispatch.execute(call);
    const abort = new CallAbort();
    const leave = countWork(abort);
    call.abort = abort; // what ends the caller's request ends the work no more
    call.isAcknowledged = true;
    void runAlone(call, entered).finally(leave);
    return acknowledged;
  }

  async function runAlone(call: Call, entered: EnteredCall<Pipeline>): Promise<void> {
    let error: WeftError | undefined;
    try {
      await entered.dispatch.execute(call);
    } catch (thrown) {
      error = withRequestId(WeftError.from(thrown), call.request.requestId);
    } finally {
      settle(call, entered, error);
    }
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
        if (targetOf(call).variant.shape === "unary") return single(call, await run(call, entered), sink);
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

async function single(call: Call, { node, json }: CallResult, sink: StreamSink): Promise<void> {
  await sink.accepted(node);
  if (!call.isAcknowledged) await sink.item({ sequence: 1, json });
}

/** A failure that is ours is found in the log by the request id. Every other error is as it was. */
function withRequestId(error: WeftError, requestId: string): WeftError {
  return error.code === Code.Internal && error.requestId === undefined ? error.with({ requestId }) : error;
}
