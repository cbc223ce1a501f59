import { FrameWriter } from "@weft/contracts/frames";
import { type Clock, Code, Reason, WeftError } from "@weft/core";

// A cap far above it lets the two processes wait for each other in lockstep: without one the prototype did half as many
// calls a second.
const frameEnvelopes = 32;

// Likewise for large ones: a reader begins with what is there. Batches of cache entries went 40 % faster than with 128 KiB.
const frameBytes = 16_384;

const queueEnvelopes = 4_096;
const queueBytes = 1_048_576;
const stallMs = 10_000;

/** What a frame may measure that is not one large result. Both sides must receive as much. */
export const largestFrameBytes = 262_144;

export interface FrameQueueOptions {
  /** False: the reader is slow; nothing more is written until `drained` is called. */
  readonly write: (frame: Buffer) => boolean;
  /** The reader has taken nothing for 10 s. */
  readonly stalled: () => void;
  readonly clock: Clock;
}

/**
 * Joins envelopes to frames. An idle link writes at once; a busy one what one turn of the event loop brings. While the
 * reader is slow envelopes wait, within bounds.
 */
export class FrameQueue {
  /** An envelope goes in here, then `added` is called. */
  readonly writer = new FrameWriter();
  readonly #options: FrameQueueOptions;
  /** Complete frames that the reader was too slow for. */
  readonly #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #envelopes = 0;
  #waitingEnvelopes = 0;
  #framesDone = 0;
  #isScheduled = false;
  #isClosed = false;
  #stopStallTimer: (() => void) | undefined;

  constructor(options: FrameQueueOptions) {
    this.#options = options;
  }

  /** The number of the frame that is being filled. */
  get frame(): number {
    return this.#framesDone;
  }

  /** Frames with lower numbers have been written. */
  get framesWritten(): number {
    return this.#framesDone - this.#waiting.length;
  }

  /** True while the reader is slow. */
  get isBlocked(): boolean {
    return this.#stopStallTimer !== undefined;
  }

  /** True if nothing more may be added for now. */
  get isFull(): boolean {
    return (
      this.isBlocked &&
      (this.#waitingBytes + this.writer.length > queueBytes ||
        this.#waitingEnvelopes + this.#envelopes >= queueEnvelopes)
    );
  }

  /** `isUrgent`: nothing else is under way that could share its frame. */
  added(isUrgent: boolean): void {
    this.#envelopes++;
    if (isUrgent || this.#envelopes >= frameEnvelopes || this.writer.length >= frameBytes) this.flush();
    else if (!this.#isScheduled) {
      this.#isScheduled = true;
      setImmediate(this.#flushTurn);
    }
  }

  /** Ends the frame that is being filled. */
  flush(): void {
    if (this.#isClosed || this.writer.length === 0) return;
    if (!this.isBlocked) this.#write(this.writer.take());
    else {
      // What is not full goes on being filled, as long as it has to wait.
      if (this.#envelopes < frameEnvelopes && this.writer.length < frameBytes) return;
      const frame = this.writer.take();
      this.#waiting.push(frame);
      this.#waitingBytes += frame.length;
      this.#waitingEnvelopes += this.#envelopes;
    }
    this.#framesDone++;
    this.#envelopes = 0;
  }

  /** The reader goes on. */
  drained(): void {
    this.#stopStallTimer?.();
    this.#stopStallTimer = undefined;
    while (!this.isBlocked && this.#waiting.length > 0) {
      const frame = this.#waiting.shift() as Buffer;
      this.#waitingBytes -= frame.length;
      this.#write(frame);
    }
    if (this.#waiting.length === 0) this.#waitingEnvelopes = 0;
    if (!this.isBlocked) this.flush();
  }

  /** Drops what waits. */
  close(): void {
    this.#isClosed = true;
    this.#stopStallTimer?.();
    this.#waiting.length = 0;
  }

  readonly #flushTurn = () => {
    this.#isScheduled = false;
    this.flush();
  };

  #write(frame: Buffer): void {
    if (!this.#options.write(frame)) this.#stopStallTimer = this.#options.clock.after(stallMs, this.#options.stalled);
  }
}

/** What a link is refused with whose other side is too slow. */
export function linkOverloaded(): WeftError {
  return new WeftError(Code.ResourceExhausted, "the link to the node is full: it reads too slowly", {
    reason: Reason.Overloaded,
    metadata: { limit: String(queueEnvelopes), limit_bytes: String(queueBytes) },
    retryAfterMs: 1_000,
  });
}
