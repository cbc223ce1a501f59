import { statusFromError } from "@weft/contracts";
import type {
  ExecuteRequest,
  ExecuteResponse,
  SessionCall,
  SessionResult,
  StreamRequest,
} from "@weft/contracts/gateway";
import { Code, Reason, WeftError } from "@weft/core";
import { CallAbort, ownerOf } from "@weft/mesh";
import { callerGone, type DuplexContext, tooLarge } from "@weft/service";
import { type Caller, traceOf } from "../caller.js";
import type { Outbox } from "./outbox.js";
import type { SessionOptions } from "./session.js";
import { streamSender } from "./stream-sender.js";
import { unreadable } from "./unreadable.js";

type Result = SessionResult["result"];

export interface SessionCallsOptions extends SessionOptions {
  readonly outbox: Outbox;
  readonly context: DuplexContext;
  /** host:port of the client's end, which calls count for. */
  readonly peer: string;
  /** A call is over. */
  readonly onOver: () => void;
}

/** The calls of one session. */
export interface SessionCalls {
  /** How many wait for their last result. */
  readonly count: number;
  /** Why no more are taken. */
  readonly refusal: WeftError | undefined;
  /** Throws what the session ends with: nobody could tell which call a result is for. */
  start(call: SessionCall): void;
  /** Takes no more; streams end, other calls finish. */
  refuse(error: WeftError): void;
  /** Ends all. */
  end(error: WeftError): void;
}

/** A call that waits for its last result. */
interface LiveCall {
  readonly abort: CallAbort;
  readonly isStream: boolean;
}

const pong: Result = { $case: "pong", value: {} };
const draining: SessionResult = { id: 0, result: { $case: "draining", value: {} } };
const nothing = () => {};

export function createSessionCalls(options: SessionCallsOptions): SessionCalls {
  const { execute, stream, live, serving, outbox, context, peer, onOver } = options;
  const { connection } = context;
  const { liveCalls, limits, clock, logger } = serving;
  const owner = ownerOf(connection);
  const trace = traceOf(context.metadata);
  const calls = new Map<number, LiveCall>();
  let refusal: WeftError | undefined;

  /** Runs one call, as what serves an RPC does. Where `serve` answers nothing, it has told the end itself. */
  function run(id: number, call: LiveCall, serve: (finish: Finish) => Promise<ExecuteResponse | undefined>): void {
    const { abort, isStream } = call;
    let leave: () => void;
    try {
      if (refusal !== undefined) throw refusal;
      leave = liveCalls.enter({ abort, connection: peer, isStream });
    } catch (error) {
      outbox.push({ id, result: failed(error) });
      return;
    }
    // It counts until its work is done and its result has left: what lies unread takes up memory.
    let pending = 2;
    const done = () => {
      if (--pending === 0) leave();
    };
    const finish: Finish = (result) => {
      if (calls.get(id) !== call) return; // over before
      calls.delete(id);
      outbox.push({ id, result }, done);
      onOver();
    };
    calls.set(id, call);
    abort.listen(() => finish(failed(abort.signal.reason)));
    serve(finish).then(
      (answer) => {
        if (answer !== undefined) finish(answered(answer));
        done();
      },
      (error) => {
        finish(failed(error));
        done();
      },
    );
  }

  function callerOf(abort: AbortController, timeoutMs: number, named: Caller["named"]): Caller {
    const deadlineAt = timeoutMs === 0 ? context.deadlineAt : Math.min(context.deadlineAt, clock.now() + timeoutMs);
    return { connection, trace, requestId: "", deadlineAt, abort, named };
  }

  function runExecute(id: number, request: ExecuteRequest, timeoutMs: number): void {
    const abort = new CallAbort();
    run(id, { abort, isStream: false }, () => {
      // An id of our making is nobody else's.
      if (request.requestId === "") return execute(request, callerOf(abort, timeoutMs, nothing));
      let free = nothing;
      const hold = (requestId: string) => {
        free = live.hold({ requestId, owner, abort });
      };
      return execute(request, callerOf(abort, timeoutMs, hold)).finally(() => free());
    });
  }

  function runStream(id: number, request: StreamRequest, timeoutMs: number): void {
    const abort = new CallAbort();
    run(id, { abort, isStream: true }, (finish) => {
      const send = streamSender({ id, abort, outbox, finish });
      return stream(request, callerOf(abort, timeoutMs, nothing), send).then(() => undefined);
    });
  }

  function answered(answer: ExecuteResponse): Result {
    const bytes = answer.outcome?.value.length ?? 0;
    if (bytes <= limits.maxResponseBytes) return { $case: "execute", value: answer };
    return failed(tooLarge("response", bytes, limits.maxResponseBytes, "WEFT_MAX_RESPONSE_BYTES"));
  }

  /** The error as it leaves. What nobody foresaw is logged in full, once, here. */
  function failed(thrown: unknown): Result {
    if (!(thrown instanceof WeftError)) logger.error({ err: thrown }, "an unexpected error");
    return { $case: "error", value: statusFromError(WeftError.from(thrown)) };
  }

  return {
    get count() {
      return calls.size;
    },
    get refusal() {
      return refusal;
    },
    start({ id, call, timeoutMs }) {
      if (id === 0) throw unreadable("a call of the session has the id 0");
      if (call?.$case === "cancel") return calls.get(id)?.abort.abort(callerGone());
      if (calls.has(id)) throw unreadable(`the id ${id} belongs to a call of the session that is still under way`);
      switch (call?.$case) {
        case "execute":
          return runExecute(id, call.value, timeoutMs);
        case "stream":
          return runStream(id, call.value, timeoutMs);
        case "ping":
          return outbox.push({ id, result: pong });
        default:
          return outbox.push({ id, result: failed(asksForNothing()) });
      }
    },
    refuse(error) {
      refusal = error;
      if (error.reason === Reason.Draining) outbox.push(draining);
      for (const { abort, isStream } of [...calls.values()]) if (isStream) abort.abort(error);
    },
    end(error) {
      refusal = error;
      for (const { abort } of [...calls.values()]) abort.abort(error);
    },
  };
}

/** Tells the last result of a call. */
type Finish = (result: Result) => void;

function asksForNothing(): WeftError {
  const description = "a call of a session asks for execute, stream, cancel or ping";
  return new WeftError(Code.InvalidArgument, `Invalid request: Missing required fields: call: ${description}`, {
    reason: Reason.MissingField,
    violations: [{ field: "call", description }],
  });
}
