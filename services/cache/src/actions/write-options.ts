import type { IncrementOptions, SetOptions, Ttl } from "../store/write.js";
import { type Field, optionalFlag, optionalText } from "./field.js";
import { optionalCount, optionalMs, optionalTtl, optionalTtlMs } from "./number-fields.js";
import { invalidInput, refuseSeveral } from "./refusal.js";
import { longestMs } from "./ttl.js";

const mostTags = 16;
const longestTag = 256;

/** How long an entry lives that a write creates. */
export const expiryFields = {
  ttl: optionalTtl,
  ttl_ms: optionalTtlMs,
  no_expiry: optionalFlag("The entry never expires, whatever the default is"),
};

/** What a write may say beside key and value. */
export const writeFields = {
  ...expiryFields,
  keep_ttl: optionalFlag("The entry goes on with what the one before it had left"),
  idle_ms: optionalMs("The entry expires earlier if nobody gets it for so long", [1, longestMs]),
  stale_ms: optionalMs("For so long beyond its time it is kept for those who ask for a lease", [1, longestMs]),
  if_absent: optionalFlag("Nothing is stored, and cached is false, if there is an entry"),
  if_present: optionalFlag("Nothing is stored, and cached is false, if there is none"),
  if_version: optionalCount("The version that the entry must have"),
  tags: optionalTags(),
  lease_token: optionalText("Of a lease for the key, which this write ends"),
  known_absent: optionalFlag("The key is known to have no value: gets find nothing, and leases say so"),
};

type Read<Fields> = { readonly [Name in keyof Fields]: Fields[Name] extends Field<infer T> ? T : never };
type ExpiryInput = Read<typeof expiryFields>;
type WriteInput = Read<typeof writeFields>;

/** What the store is to know of a write; undefined for most, which say nothing. Throws for what contradicts itself. */
export function setOptions(input: WriteInput): SetOptions | undefined {
  const { ttl, idle_ms: idleMs, stale_ms: staleMs, tags, lease_token: leaseToken, known_absent: isAbsent } = input;
  const isPlain =
    !input.no_expiry && !input.keep_ttl && input.ttl_ms === undefined && idleMs === undefined && staleMs === undefined;
  const isFree = !input.if_absent && !input.if_present && input.if_version === undefined;
  if (isPlain && isFree && tags === undefined && !leaseToken && !isAbsent)
    return ttl === undefined ? undefined : { ttl };
  const condition = conditionOf(input);
  return {
    ttl: ttlOf(input, input.keep_ttl),
    ...(idleMs !== undefined && { idleMs }),
    ...(staleMs !== undefined && { staleMs }),
    ...(condition !== undefined && { condition }),
    ...(tags !== undefined && { tags }),
    ...(leaseToken && { leaseToken }),
    ...(isAbsent && { known: "absent" }),
  };
}

/** The same for a counter that may not be there yet. */
export function incrementOptions(input: ExpiryInput & { readonly initial: bigint }): IncrementOptions {
  return { initial: input.initial, ttl: ttlOf(input, false) as Exclude<Ttl, "keep"> };
}

function ttlOf({ ttl, ttl_ms: ttlMs, no_expiry: isNone }: ExpiryInput, isKept: boolean): Ttl {
  const given = { ttl: ttl !== undefined, ttl_ms: ttlMs !== undefined, keep_ttl: isKept, no_expiry: isNone };
  refuseSeveral(namesOf(given));
  if (isNone) return "none";
  return isKept ? "keep" : (ttl ?? ttlMs ?? "default");
}

function conditionOf(input: WriteInput): SetOptions["condition"] {
  const { if_absent, if_present, if_version: version } = input;
  refuseSeveral(namesOf({ if_absent, if_present, if_version: version !== undefined }));
  if (version !== undefined) return { version };
  if (if_absent) return "absent";
  return if_present ? "present" : undefined;
}

function namesOf(given: Readonly<Record<string, boolean>>): readonly string[] {
  return Object.keys(given).filter((name) => given[name]);
}

function optionalTags(): Field<readonly string[] | undefined> {
  const items = { type: "string", minLength: 1 };
  return {
    type: "any",
    schema: { type: "array", items, maxItems: mostTags, description: "Names under which remove_matching finds it" },
    isNeeded: false,
    absent: undefined,
    read(given, name) {
      const isTag = (tag: unknown) => typeof tag === "string" && tag !== "" && tag.length <= longestTag;
      if (Array.isArray(given) && given.length <= mostTags && given.every(isTag)) return given;
      throw invalidInput(name, `${name} must be up to ${mostTags} strings of 1 to ${longestTag} characters`);
    },
  };
}
