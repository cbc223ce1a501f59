import { parseNetwork } from "@weft/mesh";
import { type IdentitySettings, isSecretAlgorithm, keySourcesOf } from "./settings.js";

export interface SettingProblem {
  readonly setting: keyof IdentitySettings;
  readonly message: string;
}

const sources = "WEFT_JWT_JWKS_URL, WEFT_JWT_KEY_FILE or WEFT_JWT_SECRET_FILE";

/** What is wrong with settings that are right one by one: half a configuration, or one that lets strangers in. */
export function identityProblems(settings: IdentitySettings): readonly SettingProblem[] {
  const problems: SettingProblem[] = [];
  const refuse = (setting: keyof IdentitySettings, message: string) => problems.push({ setting, message });

  const [source, ...more] = keySourcesOf(settings);
  for (const setting of more) refuse(setting, `only one of ${sources} may be set`);
  for (const setting of ["jwtIssuer", "jwtAudience"] as const) {
    if (source !== undefined && settings[setting] === undefined) refuse(setting, "must be set, to check tokens");
    if (source === undefined && settings[setting] !== undefined) refuse(setting, `needs ${sources}`);
  }
  if (source === undefined && settings.jwtAlgorithms !== undefined) refuse("jwtAlgorithms", `needs ${sources}`);

  // A public key that were taken for a shared secret would let everybody sign tokens.
  const wantsSecret = settings.jwtSecretFile !== undefined;
  if (source !== undefined && settings.jwtAlgorithms?.some((name) => isSecretAlgorithm(name) !== wantsSecret))
    refuse("jwtAlgorithms", `must all be ${wantsSecret ? "HS*, with a secret" : "other than HS*, with public keys"}`);

  if (settings.jwtJwksUrl !== undefined && !isSafeUrl(settings.jwtJwksUrl))
    refuse("jwtJwksUrl", "must be an https URL without a password; http on loopback only");
  if (settings.trustedProxies?.some((cidr) => parseNetwork(cidr) === undefined))
    refuse("trustedProxies", "must be networks such as 10.0.0.0/8, not all the world");
  return problems;
}

/** Who can change the keys on their way can sign tokens. */
function isSafeUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.username !== "" || url.password !== "") return false;
  return url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname));
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(host);
}
