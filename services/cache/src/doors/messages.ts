import { statusFromError } from "@weft/contracts";
import {
  ChangeKind,
  type GetResponse,
  type LeaseResponse,
  type LeaseValue,
  type ListItem,
  type RemoveResponse,
  type SetResponse,
  type Stats,
  type WatchResponse,
} from "@weft/contracts/cache";
import type { ItemOutcome } from "../actions/batch.js";
import { nullContent, wireFormOf } from "../actions/content.js";
import type { Got } from "../actions/get.js";
import type { Row } from "../actions/list.js";
import { keyNotFound } from "../actions/remove.js";
import type { Figures } from "../actions/stats.js";
import type { ChangeKind as Kind } from "../store/change.js";
import type { Entry } from "../store/entry.js";
import type { Lease } from "../store/lease.js";
import type { WatchMessage } from "../watch/watch-changes.js";

type Form = "value" | "json";

export function getResponse({ key, value, version = 0, ttl }: Got, form: Form): GetResponse {
  return {
    success: true,
    found: value !== undefined,
    key,
    content: value === undefined ? nullContent : wireFormOf(value, form),
    entryVersion: version,
    contentType: value?.contentType ?? "",
    ttlLeftMs: ttl?.leftMs,
    sliding: ttl?.isSliding ?? false,
  };
}

export function setResponse(outcome: { key: string; cached: boolean; version: number }): SetResponse {
  const { key, cached, version } = outcome;
  return { success: true, key, cached, entryVersion: version };
}

export function removeResponse({ key, removed }: { key: string; removed: boolean }): RemoveResponse {
  return { success: true, key, removed, error: removed ? undefined : keyNotFound };
}

/** What became of the items of a batch, each as its own RPC would end. */
export function results<Outcome, Response>(
  outcomes: readonly ItemOutcome<Outcome>[],
  responseOf: (outcome: Outcome) => Response,
) {
  return outcomes.map((each) => ({
    outcome:
      "error" in each
        ? { $case: "error" as const, value: statusFromError(each.error) }
        : { $case: "response" as const, value: responseOf(each.outcome) },
  }));
}

export function listItem({ entry, ttl }: Row, { keysOnly, details, form }: ListForm): ListItem {
  const { key, value, version, size } = entry;
  return {
    key,
    content: keysOnly ? undefined : wireFormOf(value, form),
    entryVersion: version,
    contentType: details ? value.contentType : "",
    bytes: details ? size : 0,
    ttlLeftMs: ttl?.leftMs,
  };
}

export interface ListForm {
  readonly keysOnly: boolean;
  readonly details: boolean;
  readonly form: Form;
}

export function statsMessage(figures: Figures): Stats {
  const { namespace: _, calls, removals, totalMisses, hotKeys, largestKeys, ...counted } = figures;
  const { remove, evict, expire, clear, overwrite } = removals;
  return {
    ...counted,
    totalMisses,
    removals: { removed: remove, evicted: evict, expired: expire, cleared: clear, overwritten: overwrite },
    hotKeys: [...hotKeys],
    largestKeys: [...largestKeys],
    actions: { ...calls },
  };
}

export function leaseResponse(key: string, lease: Lease, form: Form): LeaseResponse {
  return {
    success: true,
    key,
    outcome: leaseOutcome(lease, form),
    stale: lease.state === "hit" || lease.stale === undefined ? undefined : leaseValue(lease.stale, form),
  };
}

function leaseOutcome(lease: Lease, form: Form): LeaseResponse["outcome"] {
  switch (lease.state) {
    case "hit":
      return { $case: "hit", value: { value: lease.entry && leaseValue(lease.entry, form) } };
    case "granted":
      return { $case: "granted", value: { token: lease.token } };
    case "taken":
      return { $case: "taken", value: { waitMs: lease.leftMs } };
  }
}

function leaseValue({ value, version }: Entry, form: Form): LeaseValue {
  return { content: wireFormOf(value, form), entryVersion: version, contentType: value.contentType };
}

const kinds: Readonly<Record<Kind, ChangeKind>> = {
  set: ChangeKind.CHANGE_KIND_SET,
  remove: ChangeKind.CHANGE_KIND_REMOVE,
  evict: ChangeKind.CHANGE_KIND_EVICT,
  expire: ChangeKind.CHANGE_KIND_EXPIRE,
  clear: ChangeKind.CHANGE_KIND_CLEAR,
};

export function watchResponse({ position, gap, changes }: WatchMessage): WatchResponse {
  return {
    position,
    gap,
    changes: changes.map(({ sequence, kind, key, version }) => {
      return { sequence, kind: kinds[kind], key, entryVersion: version };
    }),
  };
}
