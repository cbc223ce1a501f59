import { type Clock, Code, type Logger, Reason, WeftError } from "@weft/core";
import { download } from "./download.js";
import { keySet, type TokenKeys } from "./token-keys.js";

export interface RemoteKeysOptions {
  /** Of a JSON Web Key Set (RFC 7517). */
  readonly url: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

// A key that its issuer took back is believed this long.
const refreshMs = 300_000;

// Whoever sends tokens with invented key ids makes us ask no more often than this, apart from the refreshes.
const unknownKeyMs = 30_000;

// After a failure.
const retryMs = 2_000;

/** The keys that an issuer publishes: fetched at the first token, and again when they are old or one is not among them. */
export function remoteKeys({ url, clock, logger }: RemoteKeysOptions): TokenKeys {
  let current: { readonly json: string; readonly keys: TokenKeys } | undefined;
  let revision = 0;
  let hasFailed = false;
  let triedAt = Number.NEGATIVE_INFINITY;
  let missedAt = Number.NEGATIVE_INFINITY;
  let fetching: Promise<void> | undefined;

  async function fetchKeys(): Promise<void> {
    triedAt = clock.now();
    try {
      const json = await download(url, clock);
      if (json !== current?.json) {
        current = { json, keys: keySet(json) };
        revision++;
      }
      hasFailed = false;
    } catch (thrown) {
      hasFailed = true;
      const problem = thrown instanceof WeftError ? thrown.message : "not a key set"; // jose's texts may quote it
      logger.warn(
        { url: withoutQuery(url), problem, has_keys: current !== undefined },
        "cannot fetch the keys that tokens are checked with",
      );
    } finally {
      fetching = undefined;
    }
  }

  function fetchOnce(): Promise<void> {
    fetching ??= fetchKeys();
    return fetching;
  }

  /** Perhaps the issuer has a new key. */
  function fetchForUnknownKey(): Promise<void> | undefined {
    if (clock.now() - missedAt < unknownKeyMs) return fetching;
    missedAt = clock.now();
    return fetchOnce();
  }

  return {
    revision() {
      const isOld = clock.now() - triedAt >= (hasFailed ? retryMs : refreshMs);
      if (current !== undefined && isOld) void fetchOnce();
      return revision;
    },
    async find(header, token) {
      if (current === undefined) await (clock.now() - triedAt >= retryMs ? fetchOnce() : fetching);
      try {
        if (current !== undefined) return await current.keys.find(header, token);
      } catch (thrown) {
        if (!isNoMatch(thrown)) throw thrown;
        await fetchForUnknownKey();
        if (current !== undefined && !hasFailed) return await current.keys.find(header, token);
      }
      throw new WeftError(Code.Unavailable, "credentials cannot be checked now", {
        reason: Reason.AuthUnavailable,
        retryAfterMs: retryMs,
      });
    },
  };
}

/** Some issuers take a key there. */
function withoutQuery(url: string): string {
  return url.replace(/[?#].*/s, "");
}

function isNoMatch(thrown: unknown): boolean {
  return (thrown as { code?: unknown } | undefined)?.code === "ERR_JWKS_NO_MATCHING_KEY";
}
