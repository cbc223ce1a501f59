import type { SetRequest } from "@weft/contracts/cache";
import { Encoding } from "@weft/contracts/gateway";
import { Wired } from "../actions/content.js";
import type { Raw } from "../actions/field.js";

/** A typed request to set as the input of the action. Most say nothing beyond key, value and ttl. */
export function setInput(request: SetRequest): Raw {
  const { key, ttl, content, contentType } = request;
  const value =
    content === undefined
      ? undefined
      : new Wired(content.$case === "valueBytes" ? { ...content, contentType } : content);
  return isPlain(request) ? { key, value, ttl } : { key, value, ttl, ...writeInput(request) };
}

function isPlain(request: SetRequest): boolean {
  const { namespace, ttlMs, keepTtl, noExpiry, idleMs, staleMs } = request;
  const { condition, tags, leaseToken, knownAbsent } = request;
  const hasUsualLife = ttlMs === undefined && idleMs === undefined && staleMs === undefined && !keepTtl && !noExpiry;
  return hasUsualLife && !namespace && !condition && tags.length === 0 && leaseToken === "" && !knownAbsent;
}

function writeInput(request: SetRequest): Raw {
  const { namespace, ttlMs, keepTtl, noExpiry, idleMs, staleMs, condition, tags, leaseToken, knownAbsent } = request;
  return {
    namespace,
    ttl_ms: ttlMs,
    keep_ttl: keepTtl,
    no_expiry: noExpiry,
    idle_ms: idleMs,
    stale_ms: staleMs,
    if_absent: condition?.$case === "ifAbsent" && condition.value,
    if_present: condition?.$case === "ifPresent" && condition.value,
    if_version: condition?.$case === "ifVersion" ? condition.value : undefined,
    tags: tags.length === 0 ? undefined : tags,
    lease_token: leaseToken === "" ? undefined : leaseToken,
    known_absent: knownAbsent,
  };
}

export function formOf(encoding: Encoding): "value" | "json" {
  return encoding === Encoding.ENCODING_JSON ? "json" : "value";
}
