import { whenReady } from "../store/awaitable.js";
import type { Entry } from "../store/entry.js";
import type { LeaseWait } from "../store/lease.js";
import { defineAction } from "./action.js";
import type { Caller } from "./caller.js";
import { dataOf } from "./content.js";
import { requiredKey } from "./field.js";
import { detailsOf } from "./get.js";
import { optionalMs } from "./number-fields.js";
import { any, decimal, entryVersion, flag, object, sameKey, success, text } from "./schema.js";

const longestLeaseMs = 3_600_000;
const usualLeaseMs = 10_000;
const longestWaitMs = 30_000;
// What a caller has left is for the way back too.
const shareOfTimeLeft = 0.9;

export const lease = defineAction({
  name: "lease",
  summary: "Reads a value, or else lets one caller compute it while the others wait",
  idempotent: false, // a repeat would be told that somebody else computes, and wait for itself
  complexity: "O(1)",
  fields: {
    key: requiredKey,
    lease_ms: {
      ...optionalMs(`In which the value is to be computed (default ${usualLeaseMs})`, [1, longestLeaseMs]),
      absent: usualLeaseMs,
    },
    wait_ms: {
      ...optionalMs("To wait for the value while somebody else computes it (default 0)", [0, longestWaitMs]),
      absent: 0,
    },
  },
  output: {
    success,
    key: sameKey,
    state: {
      type: "string",
      enum: ["hit", "granted", "taken"],
      description: "hit: here is the value; granted: compute it and set it with the token; taken: somebody else does",
    },
    value: any("On a hit: the value; null if there is known to be none"),
    entry_version: entryVersion,
    content_type: text("Of bytes, as their writer said"),
    known_absent: flag("True on a hit: the key was set with known_absent"),
    token: text("When granted: for set, or for release"),
    wait_ms: decimal("When taken: milliseconds after which the lease is over"),
    stale: object("What has expired and was to be kept beyond that, if there is something", {
      value: any("The value"),
      entry_version: entryVersion,
      content_type: text("Of bytes, as their writer said"),
    }),
  },
  examples: [
    {
      title: "a value that is there",
      given: [["set", { key: "report", value: "ready" }]],
      input: { key: "report" },
      output: { success: true, key: "report", state: "hit", value: "ready", entry_version: 1 },
    },
    {
      title: "a key that is known to have none",
      given: [["set", { key: "report", known_absent: true, ttl: 60 }]],
      input: { key: "report" },
      output: { success: true, key: "report", state: "hit", value: null, known_absent: true },
    },
  ],
  run({ store }, { key, lease_ms: leaseMs = usualLeaseMs, wait_ms: mostMs = 0 }, caller) {
    const wait = mostMs === 0 ? undefined : waitFor(mostMs, caller);
    return whenReady(store.lease(key, { leaseMs, ...(wait && { wait }) }), (lease) => ({ key, lease }));
  },
  reply({ key, lease }) {
    const { state } = lease;
    if (state === "hit") return { success: true, key, state, ...hitOf(lease.entry) };
    const next = state === "granted" ? { token: lease.token } : { wait_ms: lease.leftMs };
    return { success: true, key, state, ...next, ...(lease.stale && { stale: leasedValue(lease.stale) }) };
  },
});

function waitFor(mostMs: number, caller: Caller): LeaseWait {
  return { waitMs: Math.min(mostMs, shareOfTimeLeft * caller.timeLeftMs()), signal: caller.signal };
}

function hitOf(entry: Entry | undefined): Record<string, unknown> {
  return entry === undefined ? { value: null, known_absent: true } : leasedValue(entry);
}

function leasedValue(entry: Entry): Record<string, unknown> {
  return { value: dataOf(entry.value), ...detailsOf(entry.value, entry.version) };
}
