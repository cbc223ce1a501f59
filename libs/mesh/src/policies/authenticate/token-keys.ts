import type { KeyObject } from "node:crypto";
import { type CompactVerifyGetKey, createLocalJWKSet } from "jose";

/** The keys that tokens are checked with. */
export interface TokenKeys {
  /**
   * A number that changes when a key may have gone: what was verified before is to be verified again. Asking it also
   * keeps keys from growing old, without a wait.
   */
  revision(): number;
  /** What jose asks for the key of one token. Throws AUTH_UNAVAILABLE where keys cannot be had now. */
  readonly find: CompactVerifyGetKey;
}

/** One key that stays: a public one, or the bytes of a secret. */
export function oneKey(key: KeyObject | Uint8Array): TokenKeys {
  return { revision: () => 0, find: async () => key };
}

/** The keys of a JSON Web Key Set (RFC 7517), chosen by a token's header. Throws if the text is none. */
export function keySet(json: string): TokenKeys {
  return { revision: () => 0, find: createLocalJWKSet(JSON.parse(json)) };
}
