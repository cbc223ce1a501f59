import type { ClientReadableStream, ServiceError } from "@grpc/grpc-js";
import { decodeResult, errorFromGrpc } from "@weft/contracts";
import type { Started, StreamResponse } from "@weft/contracts/gateway";
import { type Clock, Code, Reason, WeftError } from "@weft/core";

/** What a function sends. Opened by the first pull, so that a stream which nobody reads costs nothing. */
export interface ResultStream extends AsyncIterable<unknown> {
  /**
   * Opens the stream, if iterating has not yet, and says which one it is once the gateway has accepted it: `streamId` is
   * what StopStream takes, at any gateway. Whoever asks goes on to iterate, or aborts the signal.
   */
  started(): Promise<Started>;
  /**
   * The items, once. Leaving the loop cancels the RPC and with it the function; waiting between items slows the function
   * down. A failure is thrown as a WeftError, after the items that came before it.
   */
  [Symbol.asyncIterator](): AsyncIterator<unknown>;
}

export interface ResultStreamOptions {
  readonly open: () => ClientReadableStream<StreamResponse>;
  /** How long the gateway may take to accept the stream: a connection that is up but silent would hang for ever. */
  readonly startTimeoutMs: number;
  readonly signal: AbortSignal | undefined;
  readonly clock: Clock;
}

export function resultStream(options: ResultStreamOptions): ResultStream {
  const messages = receive(options);
  const items = itemsOf(started, messages);
  let first: Promise<Started> | undefined;

  function started(): Promise<Started> {
    first ??= readStarted(messages);
    return first;
  }
  return { started, [Symbol.asyncIterator]: () => items };
}

async function readStarted(messages: AsyncGenerator<StreamResponse>): Promise<Started> {
  const { value } = await messages.next();
  if (value?.content?.$case === "started") return value.content.value;
  await messages.return(undefined);
  throw brokenContract("stream began without a start message");
}

async function* itemsOf(started: () => Promise<Started>, messages: AsyncGenerator<StreamResponse>) {
  await started();
  let ended = false;
  // Reads on after the end message, for the RPC's own end: cancelling instead would send a reset for every stream.
  for await (const { content, hasMore } of messages) {
    if (content?.$case === "itemJson" && !ended) yield decodeResult(content.value);
    ended ||= !hasMore;
  }
  if (!ended) throw brokenContract("stream ended without an end message");
}

/** The messages of one RPC, pulled one by one. However this ends, the RPC has ended too. */
async function* receive({ open, startTimeoutMs, signal, clock }: ResultStreamOptions): AsyncGenerator<StreamResponse> {
  let failure: WeftError | undefined;
  const cancelFor = (error: WeftError) => {
    failure = error;
    call.cancel();
  };
  const abort = () => cancelFor(cancelled(signal));
  const giveUp = () => cancelFor(notAccepted(startTimeoutMs));

  if (signal?.aborted) throw cancelled(signal);
  const call = open();
  // The error that a cancel leaves behind may come when nobody waits any more; unheard, it would end the process.
  call.on("error", () => {});
  // From here to the first read nothing is awaited: until somebody reads, grpc-js takes in whatever the server sends.
  const stopWaiting = clock.after(startTimeoutMs, giveUp);
  signal?.addEventListener("abort", abort, { once: true });
  try {
    for await (const message of call) {
      stopWaiting();
      if (failure !== undefined) throw failure;
      yield message;
    }
  } catch (error) {
    throw failure ?? errorFromGrpc(error as ServiceError);
  } finally {
    stopWaiting();
    signal?.removeEventListener("abort", abort);
    call.cancel();
  }
}

function cancelled(signal: AbortSignal | undefined): WeftError {
  return new WeftError(Code.Cancelled, "call cancelled", { reason: Reason.Cancelled, cause: signal?.reason });
}

function notAccepted(startTimeoutMs: number): WeftError {
  const message = `stream not accepted within ${startTimeoutMs} ms`;
  return new WeftError(Code.DeadlineExceeded, message, { reason: Reason.Timeout });
}

function brokenContract(message: string): WeftError {
  return new WeftError(Code.Internal, message, { reason: Reason.Internal });
}
