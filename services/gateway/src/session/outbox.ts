import { FrameWriter, writeSessionResult } from "@weft/contracts/frames";
import type { SessionResult } from "@weft/contracts/gateway";
import { type Clock, Code, Reason, WeftError } from "@weft/core";
import { resultSize } from "./result-size.js";

export interface OutboxOptions {
  /** False: the reader is behind; `caughtUp` is to be called when it no longer is. */
  readonly write: (batch: Buffer) => boolean;
  /** No batch is larger, but for a result that stands alone. */
  readonly maxResponseBytes: number;
  /** True: nothing else is under way that could share a batch, so that results need not wait for each other. */
  readonly isIdle: () => boolean;
  /** Results have lain unread for too long. */
  readonly onStalled: (error: WeftError) => void;
  readonly clock: Clock;
}

/** Results on their way to the client: those of one turn of the event loop share a message. */
export interface Outbox {
  /** `written` is called once the result has left, or can leave no more. */
  push(result: SessionResult, written?: () => void): void;
  /** The reader is behind: whoever can wait, should. */
  readonly isBlocked: boolean;
  readonly isEmpty: boolean;
  /** Calls `go` when the reader has caught up; the answer takes it back. First come, first served. */
  whenFree(go: () => void): () => void;
  /** The reader has caught up. */
  caughtUp(): void;
  /** Writes everything that may be written now. */
  flush(): void;
  close(): void;
}

// Batches without bound make both sides wait for each other in lockstep: capped ones nearly doubled the rate.
const maxBatchResults = 32;

// Larger batches gain nothing, and less than 4 MB is what any client takes.
const mostBatchBytes = 256 * 1_024;

// A client may pause; one that reads nothing for so long holds memory of the gateway for nothing.
const stallLimitMs = 10_000;

// Batches are written in one go, so that one does for all sessions.
const writer = new FrameWriter();

export function createOutbox(options: OutboxOptions): Outbox {
  const { write, isIdle, onStalled, clock } = options;
  const maxBatchBytes = Math.min(mostBatchBytes, options.maxResponseBytes);
  let queue: SessionResult[] = [];
  let leaving: ((() => void) | undefined)[] = [];
  let queuedBytes = 0;
  let isBlocked = false;
  let isScheduled = false;
  let isClosed = false;
  let stopStallTimer = () => {};
  const waiting = new Set<() => void>();

  const onTurn = () => {
    isScheduled = false;
    flush();
  };

  function flush(): void {
    let at = 0;
    while (at < queue.length && !isBlocked && !isClosed) {
      const end = batchEnd(queue, at, maxBatchBytes);
      for (const result of queue.slice(at, end)) writeSessionResult(writer, result);
      if (!write(writer.take())) block();
      for (; at < end; at++) leaving[at]?.();
    }
    queue = queue.slice(at);
    leaving = leaving.slice(at);
    queuedBytes = 0;
    for (const result of queue) queuedBytes += resultSize(result);
  }

  function block(): void {
    isBlocked = true;
    const stalled = new WeftError(Code.ResourceExhausted, "results of the session lay unread for 10 s", {
      reason: Reason.Overloaded,
    });
    stopStallTimer = clock.after(stallLimitMs, () => onStalled(stalled));
  }

  return {
    push(result, written) {
      if (isClosed) return written?.();
      queue.push(result);
      leaving.push(written);
      queuedBytes += resultSize(result);
      if (isBlocked) return;
      if (isIdle() || queuedBytes >= maxBatchBytes) return flush();
      if (isScheduled) return;
      isScheduled = true;
      setImmediate(onTurn);
    },
    get isBlocked() {
      return isBlocked;
    },
    get isEmpty() {
      return queue.length === 0;
    },
    whenFree(go) {
      waiting.add(go);
      return () => waiting.delete(go);
    },
    caughtUp() {
      if (isClosed) return;
      stopStallTimer();
      isBlocked = false;
      flush();
      for (const go of waiting) {
        if (isBlocked) return;
        waiting.delete(go);
        go();
      }
    },
    flush,
    close() {
      isClosed = true;
      stopStallTimer();
      waiting.clear();
      for (const written of leaving) written?.();
      queue = [];
      leaving = [];
    },
  };
}

/** Where the batch ends that begins at `start`: it has one result at least. */
function batchEnd(queue: readonly SessionResult[], start: number, maxBytes: number): number {
  let end = start;
  let bytes = 0;
  while (end < queue.length && end - start < maxBatchResults) {
    const result = queue[end];
    if (result !== undefined) bytes += resultSize(result);
    if (bytes > maxBytes && end > start) break;
    end++;
  }
  return end;
}
