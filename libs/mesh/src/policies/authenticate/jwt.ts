import { type Clock, Code, Reason, WeftError } from "@weft/core";
import { jwtVerify } from "jose";
import { credentialsExpired } from "../../connection.js";
import { type ClaimNames, defaultClaims, identityOf } from "./claims.js";
import type { TokenKeys } from "./token-keys.js";
import { createVerifiedTokens } from "./verified-tokens.js";
import { type Authenticated, badCredentials, type Way } from "./way.js";

export interface JwtOptions {
  readonly keys: TokenKeys;
  /** The claim `iss` must be this. */
  readonly issuer: string;
  /** The claim `aud` must name one of these. */
  readonly audience: readonly string[];
  /** Those that a token may be signed with. Never a mix of public and shared keys. */
  readonly algorithms: readonly string[];
  readonly claims?: ClaimNames;
  /** How far the issuer's clock may be off, up to a minute. Defaults to 5 s. */
  readonly clockSkewMs?: number;
  /** How many verified tokens are remembered. Defaults to 10,000, some 10 MB of common tokens. */
  readonly maxTokens?: number;
  readonly clock: Clock;
}

// A longer header would be refused by most servers; what is remembered stays bounded.
const maxTokenLength = 8_192;

// jose passes over what is no base64url: then one good token had texts without end, each to be remembered.
const tokenForm = /^[\w-]+\.[\w-]+\.[\w-]+$/;

// Checks wait for nothing but the processor and, for seconds at most, for keys. More at once is a flood.
const maxUnderWay = 1_000;

/**
 * `authorization: Bearer TOKEN`, a signed JSON Web Token (RFC 7519). It must be of this issuer and audience and have an
 * end. A token costs one check of its signature; until it ends it is known by its text, which costs no promise.
 */
export function jwt(options: JwtOptions): Way {
  const { keys, issuer, audience, algorithms, claims = defaultClaims, clockSkewMs = 5_000, clock } = options;
  const verified = createVerifiedTokens(options.maxTokens ?? 10_000);
  const underWay = new Map<string, Promise<Authenticated>>();
  const fixed = { issuer, audience: [...audience], algorithms: [...algorithms], requiredClaims: ["exp"] };

  async function verify(token: string, revision: number): Promise<Authenticated> {
    try {
      const currentDate = new Date(clock.wallTime());
      const { payload } = await jwtVerify(token, keys.find, {
        ...fixed,
        clockTolerance: clockSkewMs / 1_000,
        currentDate,
      });
      const identity = identityOf(payload, claims);
      if (identity === undefined) throw badCredentials(`no user in the claim ${claims.user}`);
      // JSON can say 1e999, which is no end.
      if (!Number.isFinite(payload.exp)) throw badCredentials("no end in the claim exp");
      const found = { identity, expiresAt: (payload.exp ?? 0) * 1_000 + clockSkewMs };
      verified.add(token, found, revision);
      return found;
    } catch (thrown) {
      throw asRefusal(thrown);
    } finally {
      underWay.delete(token);
    }
  }

  return {
    name: "jwt",
    authenticate(connection) {
      const token = bearerToken(connection.metadata("authorization"));
      if (token === undefined) return undefined;
      if (token.length > maxTokenLength) throw badCredentials(`a token of ${token.length} characters`);
      const revision = keys.revision();
      const known = verified.find(token, revision);
      if (known !== undefined) return known;
      if (!tokenForm.test(token)) throw badCredentials("not of the form of a token");
      let pending = underWay.get(token);
      if (pending === undefined) {
        if (underWay.size >= maxUnderWay) throw overloaded();
        pending = verify(token, revision);
        underWay.set(token, pending);
      }
      return pending;
    },
  };
}

function overloaded(): WeftError {
  return new WeftError(Code.ResourceExhausted, "too many credentials are being checked", {
    reason: Reason.Overloaded,
    retryAfterMs: 1_000,
  });
}

function bearerToken(authorization: string): string | undefined {
  const scheme = authorization.slice(0, 7);
  return scheme === "Bearer " || scheme.toLowerCase() === "bearer " ? authorization.slice(7).trim() : undefined;
}

/** jose's errors carry claims of the token in some fields, and only their codes are fit for a log. */
function asRefusal(thrown: unknown): WeftError {
  if (thrown instanceof WeftError) return thrown;
  const { code, claim, name } = Object(thrown) as { code?: unknown; claim?: unknown; name?: unknown };
  if (code === "ERR_JWT_EXPIRED") return credentialsExpired();
  return badCredentials([code ?? name, claim].filter((part) => typeof part === "string").join(" "));
}
