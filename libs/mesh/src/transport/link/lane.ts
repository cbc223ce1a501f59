import { type Clock, Code, type WeftError } from "@weft/core";
import type { OpenFrames } from "./frame-stream.js";
import { Link } from "./link.js";

const firstPauseMs = 100;
const longestPauseMs = 30_000;

// A node that does not know links may be replaced by one that does.
const unknownPauseMs = 60_000;

export interface LaneOptions {
  readonly open: OpenFrames;
  readonly maxResponseBytes: number;
  readonly clock: Clock;
  /** Hears when the node asks for no more calls, and when the link that said so is over. */
  readonly onDraining: (isDraining: boolean) => void;
}

/**
 * The link to one node, opened again when it is lost: at once if it had been open, else after a pause. Until it is open
 * there is none, and calls go another way.
 */
export interface Lane {
  /** Open or draining; undefined: there is none so far. */
  link(): Link | undefined;
  readonly strayResults: number;
  close(): void;
}

export function createLane({ open, maxResponseBytes, clock, onDraining }: LaneOptions): Lane {
  let link: Link | undefined;
  let isOpen = false;
  let isDraining = false;
  let isClosed = false;
  let openAtMs = Number.NEGATIVE_INFINITY;
  let pauseMs = firstPauseMs;
  let strayResults = 0;

  function start(): void {
    const started: Link = new Link({
      open,
      maxResponseBytes,
      clock,
      opened() {
        isOpen = true;
        pauseMs = firstPauseMs;
      },
      draining() {
        isDraining = true;
        onDraining(true);
      },
      over(error) {
        if (isDraining) onDraining(false);
        isDraining = false;
        strayResults += started.strayResults;
        if (!isOpen) pause(error);
        link = undefined;
        isOpen = false;
      },
    });
    link = started;
  }

  function pause(error: WeftError | undefined): void {
    openAtMs = clock.now() + (error?.code === Code.Unimplemented ? unknownPauseMs : pauseMs);
    pauseMs = Math.min(longestPauseMs, pauseMs * 2);
  }

  return {
    link() {
      if (isOpen) return link;
      if (link === undefined && !isClosed && clock.now() >= openAtMs) start();
      return undefined;
    },
    get strayResults() {
      return strayResults + (link?.strayResults ?? 0);
    },
    close() {
      isClosed = true;
      link?.close();
      link = undefined;
      isOpen = false;
    },
  };
}
