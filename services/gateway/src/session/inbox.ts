import { SessionRequestReader } from "@weft/contracts/frames";
import type { SessionCall } from "@weft/contracts/gateway";
import { WeftError } from "@weft/core";
import { unreadable } from "./unreadable.js";

export interface InboxOptions {
  /** Where batches come from. */
  readonly source: { pause(): void; resume(): void };
  /** Throws what ends the session. */
  readonly start: (call: SessionCall) => void;
  /** True: the client takes no results, so that it may not ask for more. */
  readonly isHeldUp: () => boolean;
  readonly fail: (error: WeftError) => void;
}

/** Batches of a client, and when their calls start. */
export interface Inbox {
  take(batch: Buffer): void;
  /** What held it up may be over. */
  goOn(): void;
  close(): void;
}

// A batch may hold 100,000 calls: others are to have their turns meanwhile.
const callsPerTurn = 64;

/** Starts calls one by one; a batch that is not through holds up the next, and so the client. */
export function createInbox({ source, start, isHeldUp, fail }: InboxOptions): Inbox {
  const reader = new SessionRequestReader();
  let hasMore = false;
  let isWaiting = false;

  function nextCall(): SessionCall | undefined {
    try {
      return reader.next();
    } catch (cause) {
      throw unreadable("a batch of the session cannot be read", cause);
    }
  }

  function run(): void {
    for (let started = 0; hasMore; started++) {
      if (isHeldUp()) return;
      if (started === callsPerTurn) {
        waitForTurn();
        return;
      }
      const call = nextCall();
      if (call === undefined) hasMore = false;
      else start(call);
    }
  }

  function waitForTurn(): void {
    isWaiting = true;
    setImmediate(() => {
      isWaiting = false;
      goOn();
    });
  }

  function goOn(): void {
    if (!hasMore || isWaiting) return;
    try {
      run();
      if (!hasMore) source.resume();
    } catch (error) {
      fail(WeftError.from(error));
    }
  }

  return {
    take(batch) {
      reader.open(batch);
      hasMore = true;
      run();
      if (hasMore) source.pause();
    },
    goOn,
    close() {
      hasMore = false;
    },
  };
}
