import type { Clock } from "@weft/core";

/** How a definition came. */
export type RejectedSource = "pull" | "push";

/** A definition that was not taken. */
export interface RejectedDefinition {
  readonly service: string;
  /** Name of the function, as it was given. */
  readonly function: string;
  /** Empty: unversioned. */
  readonly version: string;
  readonly source: RejectedSource;
  /** Id of the node that it came from; empty for a push. */
  readonly node: string;
  /** What tells it from other definitions of the same function. */
  readonly hash: string;
  /** Everything that is wrong with it. */
  readonly reasons: readonly string[];
}

export interface RejectedEntry extends RejectedDefinition {
  /** Milliseconds since 1970. */
  readonly rejectedAtMs: number;
  /** When the entry goes away: milliseconds since 1970. */
  readonly expiresAtMs: number;
}

export interface RejectedFilter {
  /** Empty: every one. */
  readonly source: string;
  /** Empty: every one. */
  readonly service: string;
  readonly limit: number;
}

/** What was not taken in the last 24 hours, and why. The same definition again takes the place of its old entry. */
export interface RejectedList {
  /** True if it was not listed before. */
  add(definition: RejectedDefinition): boolean;
  /** The newest first. */
  list(filter: RejectedFilter): readonly RejectedEntry[];
  /** Stops the timer. */
  close(): void;
}

export const rejectedLifeMs = 24 * 3_600_000;

export interface RejectedListOptions {
  readonly clock: Clock;
  /** Defaults to 1,000: the oldest goes. */
  readonly max?: number;
}

interface Held {
  readonly entry: RejectedEntry;
  readonly untilMs: number;
}

export function createRejectedList(options: RejectedListOptions): RejectedList {
  const { clock, max = 1_000 } = options;
  const entries = new Map<string, Held>(); // the oldest first: an entry that comes again goes to the end
  let cancelTimer: (() => void) | undefined;

  function removeExpired(): void {
    const nowMs = clock.now();
    for (const [key, { untilMs }] of entries) {
      if (untilMs > nowMs) break;
      entries.delete(key);
    }
  }

  /** One timer, for the oldest entry, as long as there is one. */
  function arm(): void {
    const oldest = entries.values().next().value;
    if (oldest === undefined || cancelTimer !== undefined) return;
    cancelTimer = clock.after(oldest.untilMs - clock.now(), () => {
      cancelTimer = undefined;
      removeExpired();
      arm();
    });
  }

  return {
    add(definition) {
      const entry = bounded(definition, clock.wallTime());
      const key = JSON.stringify([entry.source, entry.service, entry.function, entry.version, entry.hash]);
      const isNews = !entries.delete(key);
      entries.set(key, { entry, untilMs: clock.now() + rejectedLifeMs });
      if (entries.size > max) entries.delete(entries.keys().next().value ?? "");
      arm();
      return isNews;
    },
    list({ source, service, limit }) {
      removeExpired();
      const found: RejectedEntry[] = [];
      for (const { entry } of [...entries.values()].reverse()) {
        if (found.length === limit) break;
        if ((source === "" || entry.source === source) && (service === "" || entry.service === service))
          found.push(entry);
      }
      return found;
    },
    close() {
      cancelTimer?.();
      cancelTimer = () => {}; // what is added afterwards starts none
    },
  };
}

const maxText = 512;
const maxReasons = 50;

/** What others send is kept for a day, so no text of theirs may be longer than a reader can use. */
function bounded(definition: RejectedDefinition, nowMs: number): RejectedEntry {
  const { service, function: name, version, source, node, hash, reasons } = definition;
  return {
    service: cut(service),
    function: cut(name),
    version: cut(version),
    source,
    node,
    hash,
    reasons: reasons.slice(0, maxReasons).map(cut),
    rejectedAtMs: nowMs,
    expiresAtMs: nowMs + rejectedLifeMs,
  };
}

/** Copied: a mere slice would keep the whole text in memory. */
function cut(text: string): string {
  return text.length <= maxText ? text : Buffer.from(`${text.slice(0, maxText - 1)}…`).toString();
}
