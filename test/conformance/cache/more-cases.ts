import { expect } from "@jest/globals";
import { Code, Reason } from "@weft/core";
import { A, C, type Case, counts, E, fails, G, has, hit, L, miss, R, refused, S, T, wait } from "./script.js";

const set = (args: object) => A("set", args);
const inMesh = { namespace: "mesh-results" };
const denied = fails(Code.PermissionDenied, Reason.PermissionDenied);
const many = Array.from({ length: 1_001 }, (_, i) => `k${i}`);

/** What goes beyond the eight actions. */
export const moreCases: readonly Case[] = [
  {
    id: "B1",
    title: "a batch has a result for each item, in their order",
    steps: [
      [
        A("set_many", { entries: [{ key: "a", value: 1 }, { key: "" }, { key: "c", value: null, ttl: 1 }] }),
        has({
          results: [
            { key: "a", cached: true, entry_version: 1 },
            { status: { code: Code.InvalidArgument, message: "Invalid input: Key cannot be empty for set action" } },
            { key: "c", cached: true, entry_version: 2 },
          ],
        }),
      ],
      [
        A("get_many", { keys: ["c", "b", "a", "a", ""] }),
        has({
          results: [
            { found: true, value: null, entry_version: 2 },
            { found: false, value: null, entry_version: 0 },
            { found: true, value: 1 },
            { found: true, value: 1 },
            { status: { reason: Reason.InvalidArgument } },
          ],
        }),
      ],
      [T(), counts({ total_sets: 2, total_gets: 4, total_hits: 3 })],
      [
        A("remove_many", { keys: ["a", "a"] }),
        has({ results: [{ removed: true }, { removed: false, error: "Key not found" }] }),
      ],
    ],
  },
  {
    id: "B2",
    title: "a batch of none or of too many is refused",
    steps: [
      [A("get_many", { keys: [] }), refused("Invalid input: keys must be a list of 1 to 1000")],
      [A("remove_many", { keys: many }), refused("Invalid input: keys must be a list of 1 to 1000")],
      [A("set_many", { entries: [] }), refused()],
    ],
  },
  {
    id: "B3",
    title: "a conditional set stores only where its condition holds",
    steps: [
      [set({ key: "a", value: 1, if_present: true }), has({ cached: false })],
      [set({ key: "a", value: 1, if_absent: true }), has({ cached: true })],
      [set({ key: "a", value: 2, if_absent: true }), has({ cached: false })],
      [G("a"), hit(1)],
      [set({ key: "a", value: 3, if_present: true }), has({ cached: true })],
      [G("a"), hit(3)],
      [T(), counts({ total_sets: 2 })],
    ],
  },
  {
    id: "B4",
    title: "a write by version needs that version",
    steps: [
      S("a", 1),
      [set({ key: "a", value: 2, if_version: 1, details: true }), has({ entry_version: 2 })],
      [set({ key: "a", value: 3, if_version: 1 }), fails(Code.Aborted, Reason.VersionMismatch)],
      [set({ key: "b", value: 3, if_version: 1 }), fails(Code.Aborted, Reason.VersionMismatch)],
      [A("remove", { key: "a", if_version: 1 }), fails(Code.Aborted, Reason.VersionMismatch)],
      [G("a"), hit(2)],
      [A("remove", { key: "a", if_version: 2 }), has({ removed: true })],
      [set({ key: "a", value: 1, if_version: 1, if_absent: true }), refused()],
    ],
  },
  {
    id: "B5",
    title: "counters count exactly, within 64 bits, and keep their time to live",
    steps: [
      [A("increment", { key: "n" }), has({ value: 1 })],
      [A("increment", { key: "n", by: -3 }), has({ value: -2, entry_version: 2 })],
      [A("increment", { key: "m", by: 5, initial: 100, ttl_ms: 1_500 }), has({ value: 105 })],
      wait(1),
      [A("increment", { key: "m", ttl: 100 }), has({ value: 106 })],
      wait(0.6),
      [G("m"), miss],
      S("t", "text"),
      [A("increment", { key: "t" }), fails(Code.FailedPrecondition, Reason.NotAnInteger)],
      A("increment", { key: "big", initial: "9223372036854775806" }),
      [A("increment", { key: "big" }), fails(Code.OutOfRange, Reason.IntegerOverflow)],
      [A("increment", { key: "n", by: 1.5 }), refused()],
    ],
  },
  {
    id: "B6",
    title: "times to live in milliseconds, kept, ended and none at all",
    defaultTtlMs: 1_000,
    steps: [
      set({ key: "a", value: 1, ttl_ms: 1_500 }),
      set({ key: "for ever", value: 1, no_expiry: true }),
      S("d", 1),
      [A("get_ttl", { key: "a" }), has({ found: true, ttl_left_ms: 1_500 })],
      [A("get_ttl", { key: "for ever" }), has({ found: true, ttl_left_ms: null })],
      wait(0.9),
      set({ key: "d", value: 2, keep_ttl: true }),
      [A("get_ttl", { key: "d" }), has({ ttl_left_ms: 100 })],
      [A("update_ttl", { key: "d", add_ms: 500 }), has({ ttl_left_ms: 600 })],
      [A("update_ttl", { key: "a", persist: true }), has({ ttl_left_ms: null })],
      wait(0.7),
      [A("get_ttl", { key: "d" }), has({ found: false, ttl_left_ms: null })],
      [A("update_ttl", { key: "d", ttl_ms: 1 }), has({ found: false })],
      [L(), has({ items: [{ key: "a" }, { key: "for ever" }] })],
      [set({ key: "x", value: 1, ttl: 1, no_expiry: true }), refused()],
      [set({ key: "x", value: 1, ttl_ms: 0 }), refused("TTL must be a positive number")],
      [A("update_ttl", { key: "a" }), refused()],
      [T(), counts({ total_gets: 0 })],
    ],
  },
  {
    id: "B7",
    title: "sliding expiry: each get begins it anew, exists does not",
    steps: [
      set({ key: "a", value: 1, idle_ms: 1_000, ttl: 3 }),
      ...[wait(0.9), [G("a"), hit(1)] as const, wait(0.9), [G("a"), hit(1)] as const, wait(0.9)],
      [E("a"), has({ found: true })],
      wait(0.2),
      [G("a"), miss],
      set({ key: "b", value: 1, idle_ms: 1_000, ttl: 2 }),
      ...[wait(0.9), G("b"), wait(0.9), G("b"), wait(0.3), [G("b"), miss] as const],
    ],
  },
  {
    id: "B8",
    title: "entries go by prefix or by tag",
    steps: [
      set({ key: "a:1", value: 1, tags: ["x", "y"] }),
      set({ key: "a:2", value: 1 }),
      set({ key: "b", value: 1, tags: ["x"] }),
      [A("remove_matching", { tag: "none" }), has({ removed_count: 0 })],
      [A("remove_matching", { prefix: "a:" }), has({ removed_count: 2 })],
      [A("remove_matching", { tag: "x" }), has({ removed_count: 1 })],
      [A("remove_matching", { prefix: "" }), refused()],
      [A("remove_matching", {}), refused()],
      [T(), counts({ size: 0, total_removes: 3 })],
    ],
  },
  {
    id: "B9",
    title: "one caller computes, the others wait or take what is stale",
    steps: [
      [A("lease", { key: "k", lease_ms: 1_000 }), has({ state: "granted", token: expect.any(String) })],
      [A("lease", { key: "k" }), has({ state: "taken", wait_ms: 1_000 })],
      [set({ key: "k", value: 1, lease_token: "another" }), fails(Code.Aborted, Reason.LeaseEnded)],
      wait(1.1),
      [A("lease", { key: "k" }), has({ state: "granted" })],
      set({ key: "k", value: "v", ttl: 1, stale_ms: 10_000 }),
      [A("lease", { key: "k" }), has({ state: "hit", value: "v" })],
      wait(1.1),
      [G("k"), miss],
      [A("lease", { key: "k" }), has({ state: "granted", stale: { value: "v" } })],
      [A("lease", { key: "k" }), has({ state: "taken", stale: { value: "v" } })],
      [A("release", { key: "k", token: "another" }), has({ released: false })],
      [A("lease", { key: "k", lease_ms: 0 }), refused()],
    ],
  },
  {
    id: "B10",
    title: "a key can be known to have no value",
    steps: [
      set({ key: "k", known_absent: true, ttl: 1 }),
      [G("k"), miss],
      [A("lease", { key: "k" }), has({ state: "hit", value: null, known_absent: true })],
      wait(1.1),
      [A("lease", { key: "k" }), has({ state: "granted" })],
    ],
  },
  {
    id: "B11",
    title: "namespaces have entries and figures of their own",
    namespace: "sessions",
    steps: [
      set({ key: "a", value: "s", namespace: "sessions" }),
      [G("a"), miss],
      [A("get", { key: "a", namespace: "sessions" }), hit("s")],
      [A("list", { namespace: "sessions" }), has({ total_count: 1 })],
      [A("stats", { namespace: "sessions" }), counts({ size: 1, total_gets: 1, total_sets: 1 })],
      [
        A("stats", { all_namespaces: true }),
        has({ stats: { size: 0 }, namespaces: [{ namespace: "" }, { namespace: "sessions", stats: { size: 1 } }] }),
      ],
      [A("get_many", { keys: ["a"], namespace: "sessions" }), has({ results: [{ value: "s" }] })],
      [
        A("set_many", {
          entries: [
            { key: "b", value: 1, namespace: "sessions" },
            { key: "b", value: 2 },
          ],
        }),
        has({ results: [{ entry_version: 2 }, { entry_version: 1 }] }),
      ],
      C(),
      [A("exists", { key: "b", namespace: "sessions" }), has({ found: true })],
      [A("get", { key: "a", namespace: "others" }), fails(Code.NotFound, Reason.NamespaceNotFound)],
    ],
  },
  {
    id: "B12",
    title: "a list by cursor neither repeats nor skips, and shows what is asked for",
    steps: [
      ...["a", "b", "c", "d"].map((key) => set({ key, value: key, ttl: 60 })),
      [
        A("list", { limit: 2, cursor: "", keys_only: true }),
        has({ items: [{ key: "a" }, { key: "b" }], next_cursor: "b", has_more: true }),
      ],
      R("a"),
      R("b"),
      [A("list", { limit: 2, cursor: "b" }), has({ items: [{ key: "c", value: "c" }, { key: "d" }], has_more: false })],
      [A("list", { limit: 1, cursor: "d", order: "desc" }), has({ items: [{ key: "c" }] })],
      [
        A("list", { filter_type: "prefix", filter_value: "c", details: true }),
        has({ items: [{ key: "c", value: "c", entry_version: 3, ttl_left_ms: 60_000 }] }),
      ],
    ],
  },
  {
    id: "B13",
    title: "over its limit an entry is refused, and a full cache that gives up none says so",
    capacity: 2,
    maxEntryBytes: 1_000,
    refuses: true,
    steps: [
      [S("a", "x".repeat(1_000)), refused()],
      S("a", 1),
      S("b", 2),
      [S("c", 3), fails(Code.ResourceExhausted, Reason.CacheFull)],
      S("a", 4),
      [L(), has({ items: [{ key: "a", value: 4 }, { key: "b" }] })],
    ],
  },
  {
    id: "B14",
    title: "stats tell causes and calls",
    steps: [
      ...[S("a", 1), S("a", 2), G("a"), G("b"), R("a"), S("c", 1), C()],
      [
        A("stats", { details: true }),
        counts({
          total_misses: 1,
          removals: { removed: 1, overwritten: 1, cleared: 1, evicted: 0, expired: 0 },
          bytes_used: 0,
          actions: { set: 3, get: 2, remove: 1, clear: 1 },
        }),
      ],
    ],
  },
  {
    id: "B15",
    title: "the namespace of the mesh is for nobody else, and who tries changes nothing",
    namespace: "mesh-results",
    steps: [
      [set({ key: "a", value: 1, ...inMesh }), denied],
      [A("get", { key: "a", ...inMesh }), denied],
      [A("remove", { key: "a", ...inMesh }), denied],
      [A("exists", { key: "a", ...inMesh }), denied],
      [C(inMesh), denied],
      [A("list", inMesh), denied],
      [A("cleanup", inMesh), denied],
      [A("stats", inMesh), denied],
      [A("get_many", { keys: ["a"], ...inMesh }), denied],
      [A("get_many", { keys: ["a"], brief: true, ...inMesh }), denied],
      [A("set_many", { entries: [{ key: "a", value: 1 }], ...inMesh }), denied],
      [A("set_many", { entries: [{ key: "a", value: 1 }], ...inMesh, this_node: true }), denied],
      [A("remove_many", { keys: ["a"], ...inMesh }), denied],
      [A("increment", { key: "a", by: 1, ...inMesh }), denied],
      [A("get_ttl", { key: "a", ...inMesh }), denied],
      [A("update_ttl", { key: "a", ttl_ms: 1, ...inMesh }), denied],
      [A("remove_matching", { prefix: "a", ...inMesh }), denied],
      [A("lease", { key: "a", ...inMesh }), denied],
      [A("release", { key: "a", token: "t", ...inMesh }), denied],
      [
        A("set_many", {
          entries: [
            { key: "a", value: 1, ...inMesh },
            { key: "a", value: 1 },
          ],
        }),
        has({ results: [{ status: { code: 7, reason: "PERMISSION_DENIED", message: "Permission denied" } }, {}] }),
      ],
      [
        A("stats", { all_namespaces: true }),
        has({
          namespaces: [
            { namespace: "", stats: { total_gets: 0, total_sets: 1 } },
            { namespace: "mesh-results", stats: { size: 0, total_gets: 0, total_sets: 0, total_removes: 0 } },
          ],
        }),
      ],
    ],
  },
];
