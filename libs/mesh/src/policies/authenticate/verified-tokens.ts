import type { Authenticated } from "./way.js";

/** Tokens whose signature was good, by their text. */
export interface VerifiedTokens {
  /** Also one that has ended meanwhile: it says so itself. */
  find(token: string, revision: number): Authenticated | undefined;
  add(token: string, found: Authenticated, revision: number): void;
}

interface Entry {
  readonly found: Authenticated;
  /** Of the keys that it was verified with. */
  readonly revision: number;
}

/** Remembers up to `maxTokens`; then the one that was added first goes, which is the likeliest to have ended. */
export function createVerifiedTokens(maxTokens: number): VerifiedTokens {
  const entries = new Map<string, Entry>();
  return {
    find(token, revision) {
      const entry = entries.get(token);
      if (entry === undefined || entry.revision === revision) return entry?.found;
      entries.delete(token);
      return undefined;
    },
    add(token, found, revision) {
      const [oldest] = entries.keys();
      if (entries.size >= maxTokens && oldest !== undefined) entries.delete(oldest);
      entries.set(token, { found, revision });
    },
  };
}
