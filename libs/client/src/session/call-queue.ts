import { FrameWriter, writeSessionCall } from "@weft/contracts/frames";
import type { SessionCall } from "@weft/contracts/gateway";

/** A message on its way into a session. */
export interface Queued {
  readonly call: SessionCall;
  /** Asked when its turn has come: false, and it is left out. */
  leaves(): boolean;
}

export interface CallQueueOptions {
  /** False: the gateway is behind; `caughtUp` is to be called when it no longer is. */
  readonly write: (batch: Buffer) => boolean;
  readonly end: () => void;
}

/** Messages to the gateway: those of one turn of the event loop share a batch. */
export interface CallQueue {
  push(queued: Queued): void;
  flush(): void;
  caughtUp(): void;
  /** Closes this side once everything has left. */
  end(): void;
}

// Batches without bound make both sides wait for each other in lockstep: capped ones nearly doubled the rate.
const maxBatchCalls = 32;

// Far below the million bytes that a gateway takes.
const maxBatchBytes = 256 * 1_024;

// Ids, names and the frames of fields around the arguments, about.
const overheadBytes = 512;

// Batches are written in one go, so that one does for all sessions.
const writer = new FrameWriter();

export function createCallQueue({ write, end }: CallQueueOptions): CallQueue {
  let queue: Queued[] = [];
  let isBlocked = false;
  let isScheduled = false;
  let isEnding = false;

  function flush(): void {
    let at = 0;
    while (at < queue.length && !isBlocked) {
      let calls = 0;
      for (; at < queue.length && calls < maxBatchCalls; at++) {
        const queued = queue[at];
        if (queued === undefined) break;
        if (calls > 0 && writer.length + sizeOf(queued.call) > maxBatchBytes) break;
        if (!queued.leaves()) continue;
        writeSessionCall(writer, queued.call);
        calls++;
      }
      if (calls > 0) isBlocked = !write(writer.take());
    }
    queue = at === queue.length ? [] : queue.slice(at);
    if (isEnding && queue.length === 0) end();
  }

  const onTurn = () => {
    isScheduled = false;
    flush();
  };

  return {
    push(queued) {
      queue.push(queued);
      if (isScheduled || isBlocked) return;
      isScheduled = true;
      setImmediate(onTurn);
    },
    flush,
    caughtUp() {
      isBlocked = false;
      flush();
    },
    end() {
      isEnding = true;
      flush();
    },
  };
}

function sizeOf({ call }: SessionCall): number {
  if (call?.$case !== "execute") return overheadBytes;
  return overheadBytes + (call.value.arguments?.value.length ?? 0);
}
