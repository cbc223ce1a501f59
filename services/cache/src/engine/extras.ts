/** What few entries have. Those without any have no such object either. */
export interface Extras {
  /** How long it lives after each get; Infinity: as long as without. */
  readonly idleMs: number;
  /** The last millisecond of its life, whoever gets it. */
  readonly limitMs: number;
  /** How long it is kept as stale beyond its life. */
  readonly staleMs: number;
  readonly tags: readonly string[];
  /** The key is known to have no value. */
  readonly isAbsent: boolean;
}

/** When an entry that is used now expires. */
export function deadlineFrom({ idleMs, limitMs }: Extras, nowMs: number): number {
  return Math.min(limitMs, Math.ceil(nowMs + idleMs));
}

// An object and its place in a map; a tag has a place in two more.
const ownBytes = 200;
const bytesOfTag = 150;

/** What they take beside the entry itself. */
export function extrasBytes({ tags }: Pick<Extras, "tags">): number {
  return tags.reduce((sum, tag) => sum + tag.length + bytesOfTag, ownBytes);
}
