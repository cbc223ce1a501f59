import type { ServiceError } from "@grpc/grpc-js";
import { errorFromGrpc, errorFromStatus, transportError } from "@weft/contracts";
import { SessionResponseReader } from "@weft/contracts/frames";
import type { ExecuteRequest, ExecuteResponse, SessionResult } from "@weft/contracts/gateway";
import { type Clock, Code, Deadlines, Reason, WeftError } from "@weft/core";
import { createCallQueue } from "./call-queue.js";
import { fateOf, isForSessionsOnly, neverBegun } from "./session-end.js";
import type { SessionRpc } from "./session-rpc.js";

export interface SessionOptions {
  readonly rpc: SessionRpc;
  /** The gateway has answered: sessions work. */
  readonly onAnswer: () => void;
  /** It takes no more calls. False: it ended itself, in good order. */
  readonly onClosed: (isLost: boolean) => void;
  readonly clock: Clock;
}

export interface CallLimits {
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/** One RPC that carries many calls. */
export interface Session {
  /** Rejects with `neverBegun` if the call may be sent again by other means. */
  execute(request: ExecuteRequest, limits: CallLimits): Promise<ExecuteResponse>;
  /** Takes no more calls; those under way go on to their end. */
  close(): void;
}

/** A call that waits for its answer. */
interface Waiting {
  readonly id: number;
  /** On the monotonic clock. */
  readonly endsAt: number;
  readonly resolve: (response: ExecuteResponse) => void;
  readonly reject: (error: WeftError) => void;
  isSent: boolean;
  stopListening: () => void;
}

/** A session ends when nobody has called for so long: an open one keeps the process alive, and counts at the gateway. */
export const idleMs = 1_000;

const lastPossibleId = 2 ** 32 - 1;

export function createSession({ rpc, onAnswer, onClosed, clock }: SessionOptions): Session {
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  let lastUsedAt = clock.now();
  let isClosed = false;
  const results = new SessionResponseReader();
  const queue = createCallQueue({ write: (batch) => rpc.write(batch), end: () => rpc.end() });
  const deadlines = new Deadlines(waiting, clock, (call) => giveUp(call, transportError(Code.DeadlineExceeded, "")));
  let stopIdleTimer = clock.after(idleMs, lookIdle);

  function lookIdle(): void {
    const idleForMs = waiting.size > 0 ? 0 : clock.now() - lastUsedAt;
    if (idleForMs >= idleMs) close(false);
    else stopIdleTimer = clock.after(idleMs - idleForMs, lookIdle);
  }

  function close(isLost: boolean): void {
    if (isClosed) return;
    isClosed = true;
    stopIdleTimer();
    onClosed(isLost);
    queue.end();
    if (waiting.size === 0) deadlines.stop();
  }

  /** Takes a call off: it gets no more than what it is told now. */
  function over(id: number): Waiting | undefined {
    const call = waiting.get(id);
    if (call === undefined) return undefined;
    waiting.delete(id);
    call.stopListening();
    if (isClosed && waiting.size === 0) deadlines.stop();
    return call;
  }

  /** The gateway is told, if it knows of the call. */
  function giveUp(call: Waiting, error: WeftError): void {
    if (over(call.id) !== call) return;
    call.reject(error);
    if (call.isSent) queue.push({ call: { id: call.id, call: cancel, timeoutMs: 0 }, leaves: () => true });
  }

  function nextId(): number {
    do lastId = lastId === lastPossibleId ? 1 : lastId + 1;
    while (waiting.has(lastId));
    return lastId;
  }

  function take({ id, result }: SessionResult): void {
    const call = over(id);
    if (result?.$case === "draining") close(true);
    else if (result?.$case === "execute") call?.resolve(result.value);
    else if (result?.$case === "error") call?.reject(failure(errorFromStatus(result.value)));
    else call?.reject(new WeftError(Code.Internal, "a call of a session got no answer", { reason: Reason.Internal }));
  }

  function lose(end: WeftError): void {
    close(true);
    const fate = fateOf(end);
    for (const { id } of [...waiting.values()]) {
      const call = over(id);
      call?.reject(call.isSent ? fate : neverBegun);
    }
  }

  rpc.on("data", (batch: Buffer) => {
    onAnswer();
    try {
      results.read(batch, take);
    } catch {
      rpc.cancel();
      lose(transportError(Code.Internal, "a batch of the session cannot be read"));
    }
  });
  rpc.on("drain", queue.caughtUp);
  rpc.on("error", (error: ServiceError) => lose(errorFromGrpc(error)));
  rpc.on("end", () => lose(transportError(Code.Unavailable, "the session ended")));

  return {
    execute(request, { timeoutMs, signal }) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted) throw cancelled(signal);
        lastUsedAt = clock.now();
        const id = nextId();
        const isIdle = waiting.size === 0;
        const call: Waiting = {
          id,
          endsAt: lastUsedAt + timeoutMs,
          resolve,
          reject,
          isSent: false,
          stopListening() {},
        };
        if (signal !== undefined) {
          const onAbort = () => giveUp(call, cancelled(signal));
          signal.addEventListener("abort", onAbort, { once: true });
          call.stopListening = () => signal.removeEventListener("abort", onAbort);
        }
        waiting.set(id, call);
        deadlines.added(call.endsAt);
        queue.push({
          call: { id, call: { $case: "execute", value: request }, timeoutMs: Math.ceil(timeoutMs) },
          leaves() {
            call.isSent = waiting.get(id) === call;
            return call.isSent;
          },
        });
        if (isIdle) queue.flush();
      });
    },
    close: () => close(false),
  };
}

const cancel = { $case: "cancel", value: {} } as const;

function cancelled(signal: AbortSignal | undefined): WeftError {
  return new WeftError(Code.Cancelled, "call cancelled", { reason: Reason.Cancelled, cause: signal?.reason });
}

function failure(error: WeftError): WeftError {
  return isForSessionsOnly(error) ? neverBegun : error;
}
