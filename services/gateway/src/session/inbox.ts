import type { SessionCall } from "@weft/contracts/gateway";
import { WeftError } from "@weft/core";
import { type CallReader, readCalls } from "./read-calls.js";

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
  take(batch: Uint8Array): void;
  /** What held it up may be over. */
  goOn(): void;
  close(): void;
}

// A batch may hold 100,000 calls: others are to have their turns meanwhile.
const callsPerTurn = 64;

/** Starts calls one by one; a batch that is not through holds up the next, and so the client. */
export function createInbox({ source, start, isHeldUp, fail }: InboxOptions): Inbox {
  let reader: CallReader | undefined;
  let isWaiting = false;

  function run(): void {
    for (let started = 0; reader !== undefined; started++) {
      if (isHeldUp()) return;
      if (started === callsPerTurn) {
        waitForTurn();
        return;
      }
      const call = reader.next();
      if (call === undefined) break;
      start(call);
    }
    reader = undefined;
  }

  function waitForTurn(): void {
    isWaiting = true;
    setImmediate(() => {
      isWaiting = false;
      goOn();
    });
  }

  function goOn(): void {
    if (reader === undefined || isWaiting) return;
    try {
      run();
      if (reader === undefined) source.resume();
    } catch (error) {
      fail(WeftError.from(error));
    }
  }

  return {
    take(batch) {
      reader = readCalls(batch);
      run();
      if (reader !== undefined) source.pause();
    },
    goOn,
    close() {
      reader = undefined;
    },
  };
}
