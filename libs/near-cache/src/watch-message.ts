/** A place in the order of all changes of a cache's namespace. */
export interface WatchPosition {
  /** Names what counts the changes; another one is another count. */
  readonly epoch: string;
  readonly sequence: number;
}

/** What happened to one entry, or to all of them. */
export interface EntryChange {
  /** Undefined: all entries are removed. */
  readonly key: string | undefined;
}

/** One message of a watch. */
export interface WatchMessage {
  /** All watched changes up to here are told. */
  readonly position: WatchPosition;
  /** Changes before those of this message are lost. */
  readonly gap: boolean;
  readonly changes: readonly EntryChange[];
}

/**
 * Opens a watch: of what happens from now on, or after a position. Its first message comes at once, and then one at least
 * every 10 s. Ends, by whatever error, when the signal fires.
 */
export type OpenWatch = (resumeAfter: WatchPosition | undefined, signal: AbortSignal) => AsyncIterable<WatchMessage>;
