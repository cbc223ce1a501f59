import { type Clock, createBackoff, sleep } from "@weft/core";
import type { EntryChange, OpenWatch, WatchMessage, WatchPosition } from "./watch-message.js";

export interface FeedOptions {
  readonly open: OpenWatch;
  /** A watch that says nothing for so long counts as dead. */
  readonly silenceMs: number;
  /** Copies do not outlast a longer time without a message, even if the watch then goes on where it stood. */
  readonly resumeWithinMs: number;
  readonly onLive: () => void;
  readonly onChange: (change: EntryChange) => void;
  /** Changes are lost. */
  readonly onGap: () => void;
  readonly clock: Clock;
  /** Draws from [0, 1). */
  readonly random: () => number;
}

/** A watch that is opened again whenever it ends. */
export interface Feed {
  /** Whether what the watch tells can be relied on at this time. */
  isLive(nowMs: number): boolean;
  close(): void;
}

/** Reads watches one after the other, each from where the one before it stood, until it is closed. */
export function createFeed(options: FeedOptions): Feed {
  const { open, silenceMs, resumeWithinMs, onLive, onChange, onGap, clock, random } = options;
  const ended = new AbortController();
  const backoff = createBackoff({ minMs: 100, maxMs: 10_000, random });
  let position: WatchPosition | undefined;
  let isOpen = false; // a message of this watch has come, and no end of it
  let lastMessageAt = 0;

  function take({ position: next, gap, changes }: WatchMessage): void {
    const now = clock.now();
    if (gap || (position !== undefined && (!follows(next, position) || now - lastMessageAt >= resumeWithinMs))) onGap();
    position = next;
    lastMessageAt = now;
    for (const change of changes) onChange(change);
    if (isOpen) return;
    isOpen = true;
    backoff.reset();
    onLive();
  }

  /** Reads one watch to its end, which comes by silence at the latest. */
  async function readOne(): Promise<void> {
    const ending = new AbortController();
    const end = () => ending.abort();
    ended.signal.addEventListener("abort", end, { once: true });
    let heardAt = clock.now();
    let stopTimer = clock.after(silenceMs, lookSilent);

    function lookSilent(): void {
      const silentMs = clock.now() - heardAt;
      if (silentMs >= silenceMs) end();
      else stopTimer = clock.after(silenceMs - silentMs, lookSilent);
    }

    try {
      for await (const message of open(position, ending.signal)) {
        if (ending.signal.aborted) break;
        heardAt = clock.now();
        take(message);
      }
    } finally {
      isOpen = false;
      stopTimer();
      ended.signal.removeEventListener("abort", end);
      end();
    }
  }

  async function read(): Promise<void> {
    while (!ended.signal.aborted) {
      // Why a watch ended makes no difference: nothing is served from copies, and the fetches meet the same trouble.
      await readOne().catch(() => {});
      await sleep(backoff.next(), { clock, signal: ended.signal }).catch(() => {});
    }
  }
  void read();

  return {
    isLive: (nowMs) => isOpen && nowMs - lastMessageAt < silenceMs,
    close() {
      isOpen = false;
      ended.abort();
    },
  };
}

/** A count that has begun anew without saying so is none to go on with. */
function follows(next: WatchPosition, position: WatchPosition): boolean {
  return next.epoch === position.epoch && next.sequence >= position.sequence;
}
