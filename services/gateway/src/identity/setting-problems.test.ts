import { expect, test } from "@jest/globals";
import { ConfigError, readConfig } from "@weft/core";
import { gatewaySettings } from "../config.js";

/** What is said of an environment. */
function problems(env: Readonly<Record<string, string>>): readonly string[] {
  try {
    readConfig(gatewaySettings, { env });
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

const jwt = { WEFT_JWT_JWKS_URL: "https://issuer.test/keys", WEFT_JWT_ISSUER: "i", WEFT_JWT_AUDIENCE: "weft" };

test.each<[string, Readonly<Record<string, string>>]>([
  ["nothing", {}],
  ["a published key set", jwt],
  ["a key set on loopback", { ...jwt, WEFT_JWT_JWKS_URL: "http://127.0.0.1:8080/keys" }],
  [
    "a key file",
    { ...jwt, WEFT_JWT_JWKS_URL: "", WEFT_JWT_KEY_FILE: "keys.json", WEFT_JWT_ALGORITHMS: "ES256, RS256" },
  ],
  ["a secret", { ...jwt, WEFT_JWT_JWKS_URL: "", WEFT_JWT_SECRET_FILE: "secret", WEFT_JWT_ALGORITHMS: "HS512" }],
  ["proxies", { WEFT_TRUSTED_PROXIES: "10.0.0.0/8, ::1" }],
])("%s will do", (_name, env) => {
  expect(problems(env)).toEqual([]);
});

const sources = "WEFT_JWT_JWKS_URL, WEFT_JWT_KEY_FILE or WEFT_JWT_SECRET_FILE";

test("a source of keys alone takes tokens of anybody for anybody", () => {
  expect(problems({ WEFT_JWT_JWKS_URL: jwt.WEFT_JWT_JWKS_URL })).toEqual([
    "WEFT_JWT_ISSUER: must be set, to check tokens",
    "WEFT_JWT_AUDIENCE: must be set, to check tokens",
  ]);
});

test("without a source of keys the rest would do nothing", () => {
  expect(problems({ ...jwt, WEFT_JWT_JWKS_URL: "", WEFT_JWT_ALGORITHMS: "RS256" })).toEqual([
    `WEFT_JWT_ISSUER: needs ${sources}, got "i"`,
    `WEFT_JWT_AUDIENCE: needs ${sources}, got "weft"`,
    `WEFT_JWT_ALGORITHMS: needs ${sources}, got "RS256"`,
  ]);
});

test("all problems come at once", () => {
  expect(
    problems({
      WEFT_JWT_JWKS_URL: "http://issuer.test/keys",
      WEFT_JWT_SECRET_FILE: "secret",
      WEFT_JWT_ALGORITHMS: "HS256,RS256",
      WEFT_TRUSTED_PROXIES: "10.0.0.0/8,everybody",
    }).map((problem) => problem.split(":")[0]),
  ).toEqual([
    "WEFT_JWT_SECRET_FILE",
    "WEFT_JWT_ISSUER",
    "WEFT_JWT_AUDIENCE",
    "WEFT_JWT_ALGORITHMS",
    "WEFT_JWT_JWKS_URL",
    "WEFT_TRUSTED_PROXIES",
  ]);
});

test.each<[string, Readonly<Record<string, string>>]>([
  ["WEFT_JWT_ALGORITHMS", { ...jwt, WEFT_JWT_ALGORITHMS: "none" }],
  ["WEFT_JWT_ALGORITHMS", { ...jwt, WEFT_JWT_ALGORITHMS: "RS256,none" }],
  ["WEFT_JWT_ALGORITHMS", { ...jwt, WEFT_JWT_ALGORITHMS: "RS256,HS256" }],
  ["WEFT_JWT_ALGORITHMS", { ...jwt, WEFT_JWT_JWKS_URL: "", WEFT_JWT_SECRET_FILE: "s", WEFT_JWT_ALGORITHMS: "RS256" }],
  ["WEFT_JWT_JWKS_URL", { ...jwt, WEFT_JWT_JWKS_URL: "http://issuer.test/keys" }],
  ["WEFT_JWT_JWKS_URL", { ...jwt, WEFT_JWT_JWKS_URL: "https://ann:secret@issuer.test/keys" }],
  ["WEFT_JWT_JWKS_URL", { ...jwt, WEFT_JWT_JWKS_URL: "issuer.test/keys" }],
  ["WEFT_JWT_JWKS_URL", { ...jwt, WEFT_JWT_JWKS_URL: "file:///keys" }],
  ["WEFT_JWT_CLOCK_SKEW_MS", { ...jwt, WEFT_JWT_CLOCK_SKEW_MS: "60001" }],
  ["WEFT_TRUSTED_PROXIES", { WEFT_TRUSTED_PROXIES: "0.0.0.0/0" }],
  ["WEFT_TRUSTED_PROXIES", { WEFT_TRUSTED_PROXIES: "10.0.0.0/8,," }],
  ["WEFT_ADMIN_ROLE", { WEFT_ADMIN_ROLE: "weft.mesh" }],
])("%s is refused: %j", (setting, env) => {
  expect(problems(env)).toEqual([expect.stringMatching(`^${setting}\\b`)]);
});
