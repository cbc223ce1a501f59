import type { Identity } from "../../call.js";

/** The claims of a token that say who its bearer is, by their names. */
export interface ClaimNames {
  readonly user: string;
  readonly roles: string;
  readonly tenant: string;
  readonly device: string;
}

export const defaultClaims: ClaimNames = { user: "sub", roles: "roles", tenant: "tenant", device: "device_id" };

// Ids become keys of limits and parts of log lines.
const maxIdLength = 256;

/** What a verified token says of its bearer; undefined if it names no user. */
export function identityOf(claims: Readonly<Record<string, unknown>>, names: ClaimNames): Identity | undefined {
  const claim = (name: string) => (Object.hasOwn(claims, name) ? claims[name] : undefined);
  const userId = claim(names.user);
  if (!isId(userId)) return undefined;
  return {
    userId,
    roles: cleanRoles(claim(names.roles)),
    tenant: idOrNothing(claim(names.tenant)),
    deviceId: idOrNothing(claim(names.device)),
  };
}

/** Of a list the non-empty texts, without the roles that no credentials give; of anything else nothing. */
export function cleanRoles(value: unknown): readonly string[] {
  if (!Array.isArray(value)) return [];
  return value.filter((role) => typeof role === "string" && role !== "" && !isReservedRole(role));
}

/** True for roles that the mesh gives itself, like that of `meshIdentity`. */
export function isReservedRole(role: string): boolean {
  return role.startsWith("weft.");
}

/** True for text that can stand for a user: not empty, not endless, no control characters or halves of characters. */
export function isId(value: unknown): value is string {
  return typeof value === "string" && value.length > 0 && value.length <= maxIdLength && !/[\p{Cc}\p{Cs}]/u.test(value);
}

function idOrNothing(value: unknown): string {
  return isId(value) ? value : "";
}
