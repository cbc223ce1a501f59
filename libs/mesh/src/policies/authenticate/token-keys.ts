import type { CompactVerifyGetKey, CryptoKey, KeyObject } from "jose";

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

/** Keys that stay what they are: one, or a choice by the token's header. */
export function fixedKeys(key: CryptoKey | KeyObject | Uint8Array | CompactVerifyGetKey): TokenKeys {
  return { revision: () => 0, find: typeof key === "function" ? key : async () => key };
}
