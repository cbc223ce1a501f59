import { z } from "zod";

const publicAlgorithms = [
  ...["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"],
  ...["ES256", "ES384", "ES512", "EdDSA", "Ed25519"],
];
const secretAlgorithms = ["HS256", "HS384", "HS512"];

const file = z.string().min(1).optional();
const claim = (name: string) => z.string().min(1).max(256).default(name);

/** Comma-separated in the environment, a list in a file. */
const list = (item: z.ZodType<string>) =>
  z.preprocess(
    (value) => (typeof value === "string" ? value.split(",").map((part) => part.trim()) : value),
    z.array(item).min(1).optional(),
  );

/** How a gateway finds out who calls. Nothing set: everybody is anonymous. */
export const identitySettings = z.object({
  jwtJwksUrl: z.string().optional().meta({
    env: "WEFT_JWT_JWKS_URL",
    description: "Where the issuer of JSON Web Tokens publishes its keys, https or on loopback.",
  }),
  jwtKeyFile: file.meta({
    env: "WEFT_JWT_KEY_FILE",
    description: "Instead: a file with the issuer's public keys, a JSON Web Key Set or one key in PEM.",
  }),
  jwtSecretFile: file.meta({
    env: "WEFT_JWT_SECRET_FILE",
    description: "Instead: a file with a secret that is shared with the issuer.",
  }),
  jwtIssuer: z.string().min(1).optional().meta({
    env: "WEFT_JWT_ISSUER",
    description: "The claim iss of every token.",
  }),
  jwtAudience: list(z.string().min(1)).meta({
    env: "WEFT_JWT_AUDIENCE",
    description: "The claim aud of a token must name one of these.",
  }),
  jwtAlgorithms: list(
    z.string().refine((name) => publicAlgorithms.includes(name) || secretAlgorithms.includes(name), {
      error: `must be of ${[...publicAlgorithms, ...secretAlgorithms].join(", ")}`,
    }),
  ).meta({
    env: "WEFT_JWT_ALGORITHMS",
    description: "Those that tokens may be signed with. Defaults to HS256 with a secret, else to all with public keys.",
  }),
  jwtUserClaim: claim("sub").meta({ env: "WEFT_JWT_USER_CLAIM", description: "The claim that names the user." }),
  jwtRolesClaim: claim("roles").meta({
    env: "WEFT_JWT_ROLES_CLAIM",
    description: "The claim with the list of the user's roles. Those that begin with weft. are left out.",
  }),
  jwtTenantClaim: claim("tenant").meta({
    env: "WEFT_JWT_TENANT_CLAIM",
    description: "The claim that names the tenant.",
  }),
  jwtDeviceClaim: claim("device_id").meta({
    env: "WEFT_JWT_DEVICE_CLAIM",
    description: "The claim that names the device.",
  }),
  jwtClockSkewMs: z.coerce.number().int().min(0).max(60_000).default(5_000).meta({
    env: "WEFT_JWT_CLOCK_SKEW_MS",
    description: "How far the issuer's clock may be off.",
  }),
  trustedProxies: list(z.string()).meta({
    env: "WEFT_TRUSTED_PROXIES",
    description: "Networks (CIDR) of proxies whose x-weft-user, x-weft-roles and x-forwarded-for are believed.",
  }),
});
export type IdentitySettings = Readonly<z.infer<typeof identitySettings>>;

/** Where the keys of tokens come from. */
export type KeySource = "jwtJwksUrl" | "jwtKeyFile" | "jwtSecretFile";

export function keySourcesOf(settings: IdentitySettings): readonly KeySource[] {
  const all: readonly KeySource[] = ["jwtJwksUrl", "jwtKeyFile", "jwtSecretFile"];
  return all.filter((source) => settings[source] !== undefined);
}

/** Those of the settings, or the default of the source of keys. */
export function algorithmsOf(settings: IdentitySettings): readonly string[] {
  return settings.jwtAlgorithms ?? (settings.jwtSecretFile === undefined ? publicAlgorithms : ["HS256"]);
}

/** True for an algorithm whose key verifies and signs. */
export function isSecretAlgorithm(name: string): boolean {
  return secretAlgorithms.includes(name);
}
