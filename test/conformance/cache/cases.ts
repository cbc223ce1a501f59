import {
  C,
  type Call,
  type Case,
  counts,
  E,
  G,
  has,
  hit,
  is,
  L,
  lists,
  miss,
  R,
  refused,
  S,
  T,
  U,
  wait,
} from "./script.js";

const twelve: readonly Call[] = Array.from({ length: 12 }, (_, i) => S(`k${String(i).padStart(2, "0")}`, i));
const fill = (count: number): readonly Call[] => Array.from({ length: count }, (_, i) => S(`k${i}`, i));
const keyNotFound = { success: true, removed: false, error: "Key not found" };
const noTotals = { total_gets: 0, total_hits: 0, total_sets: 0, total_removes: 0 };

/** C1 to C7 and C11 to C33 and C35 of the cache reference, results as Weft's. */
export const cases: readonly Case[] = [
  {
    id: "C1",
    title: "what is set can be got",
    steps: [
      [S("a", 1), is({ success: true, key: "a", cached: true })],
      [G("a"), is({ success: true, found: true, key: "a", value: 1 })],
    ],
  },
  {
    id: "C2",
    title: "a miss is an answer",
    steps: [[G("zz"), is({ success: true, found: false, key: "zz", value: null })]],
  },
  {
    id: "C3",
    title: "null, empty text, false and 0 are values",
    steps: [null, "", false, 0].flatMap((value) => [
      S("a", value),
      [G("a"), is({ success: true, found: true, key: "a", value })] as const,
    ]),
  },
  {
    id: "C4",
    title: "an overwrite is one entry and two sets",
    steps: [S("a", 1), S("a", 2), [G("a"), hit(2)], [T(), counts({ size: 1, total_sets: 2 })]],
  },
  {
    id: "C5",
    title: "a remove tells whether there was an entry",
    steps: [
      S("a", 1),
      [R("a"), is({ success: true, key: "a", removed: true })],
      [R("a"), is({ ...keyNotFound, key: "a" })],
      [T(), counts({ total_removes: 1, size: 0 })],
    ],
  },
  {
    id: "C6",
    title: "exists counts as a get",
    steps: [
      S("a", 1),
      [E("a"), is({ success: true, key: "a", found: true })],
      [E("b"), is({ success: true, key: "b", found: false })],
      [T(), counts({ total_gets: 2, total_hits: 1, hit_rate: 50 })],
    ],
  },
  {
    id: "C7",
    title: "clear removes the entries and keeps the counters",
    steps: [
      S("a", 1),
      S("b", 2),
      [C(), is({ success: true, cleared: true, previous_size: 2 })],
      [C(), is({ success: true, cleared: true, previous_size: 0 })],
      [T(), counts({ size: 0, total_sets: 2 })],
    ],
  },
  {
    id: "C11",
    title: "a missing key and an empty key are different errors",
    steps: [
      ...(["set", "get", "remove", "exists"] as const).flatMap((action) => [
        [{ action, args: {} }, refused(`Invalid input: Missing 'key' field for ${action} action`)] as const,
        [{ action, args: { key: "" } }, refused(`Invalid input: Key cannot be empty for ${action} action`)] as const,
      ]),
      [{ action: "set", args: { key: "a" } }, refused("Invalid input: Missing 'value' field for set action")],
    ],
  },
  {
    id: "C12",
    title: "an invalid request counts for nothing",
    steps: [
      [G(), refused()],
      [G(""), refused()],
      [G(), refused()],
      [T(), counts({ ...noTotals, hit_rate: 0 })],
    ],
  },
  {
    id: "C13",
    title: "a key that is no text is refused, and nothing stored",
    steps: [
      ...[123, null, true, {}].map((key) => [S(key, 1), refused()] as const),
      [T(), counts({ size: 0, total_sets: 0 })],
    ],
  },
  {
    id: "C14",
    title: "the stats of a fresh cache",
    steps: [
      [T(), is({ success: true, stats: { size: 0, capacity: 1_000, hit_rate: 0, memory_usage: 8_200, ...noTotals } })],
    ],
  },
  {
    id: "C15",
    title: "which action counts as what",
    steps: [
      ...[S("a", 1), G("a"), G("a"), G("x"), E("x"), E("a"), R("x"), R("a"), L(), U()],
      [T(), counts({ total_gets: 5, total_hits: 3, hit_rate: 60, total_sets: 1, total_removes: 1, size: 0 })],
    ],
  },
  {
    id: "C16",
    title: "an entry lives for exactly its TTL",
    steps: [
      ...[S("k", "v", 1), wait(0.999), [G("k"), hit("v")] as const, wait(0.001), [G("k"), hit("v")] as const],
      ...[wait(0.001), [G("k"), miss] as const, [T(), counts({ size: 0 })] as const],
    ],
  },
  {
    id: "C17",
    title: "exists does not see an expired entry, and takes it away",
    steps: [
      ...[S("k", "v", 1), wait(1.1)],
      [E("k"), is({ success: true, key: "k", found: false })],
      [T(), counts({ total_gets: 1, total_hits: 0, size: 0 })],
    ],
  },
  {
    id: "C18",
    title: "cleanup removes what has expired",
    steps: [
      ...[S("a", 1, 1), S("b", 2), wait(1.1)],
      [T(), counts({ size: 2 })],
      [U(), is({ success: true, cleaned_count: 1 })],
      [U(), is({ success: true, cleaned_count: 0 })],
      [T(), counts({ size: 1 })],
    ],
  },
  {
    id: "C19",
    title: "list shows live entries only",
    steps: [S("a", 1, 1), S("b", 2), wait(1.1), [L(), lists("b")], [T(), counts({ size: 1 })]],
  },
  {
    id: "C20",
    title: "an entry's own TTL wins over the default",
    defaultTtlMs: 1_000,
    steps: [S("d", 1), S("l", 1, 100), wait(1.1), [L(), lists("l")]],
  },
  {
    id: "C21",
    title: "setting the same value again renews the TTL",
    steps: [S("s", "v", 1), wait(0.6), S("s", "v", 3_600), wait(0.6), [G("s"), hit("v")]],
  },
  {
    id: "C22",
    title: "setting the same value again over an expired entry is a write",
    steps: [S("s", "v", 1), wait(1.1), S("s", "v", 3_600), [G("s"), hit("v")]],
  },
  {
    id: "C23",
    title: "a TTL is a whole number of seconds above zero",
    steps: [
      ...[0, -5, 1.5, "1"].map((ttl) => [S("a", 1, ttl), refused("TTL must be a positive number")] as const),
      [T(), counts({ size: 0, total_sets: 0 })],
      S("a", 1, null),
      wait(1_000_000),
      [G("a"), hit(1)],
    ],
  },
  {
    id: "C24",
    title: "removing an expired entry finds none",
    steps: [
      ...[S("a", 1, 1), wait(1.1)],
      [R("a"), is({ ...keyNotFound, key: "a" })],
      [T(), counts({ total_removes: 0 })],
    ],
  },
  {
    id: "C25",
    title: "an overwrite makes an entry the most recent",
    capacity: 3,
    steps: [S("a", 1), S("b", 2), S("c", 3), S("a", 9), S("d", 4), [L(), lists("a", "c", "d")]],
  },
  {
    id: "C26",
    title: "an overwrite evicts nothing, and the size stays within the capacity",
    capacity: 3,
    steps: [
      ...[S("a", 1), S("b", 1), S("c", 1), S("a", 2)],
      [T(), counts({ size: 3 })],
      S("d", 1),
      [T(), counts({ size: 3 })],
    ],
  },
  {
    id: "C27",
    title: "exists is no use of an entry",
    capacity: 3,
    steps: [S("a", 1), S("b", 1), S("c", 1), E("a"), S("d", 1), [L(), lists("b", "c", "d")]],
  },
  {
    id: "C28",
    title: "a capacity of one works",
    capacity: 1,
    steps: [S("a", 1), S("b", 2), [G("a"), miss], [G("b"), hit(2)]],
  },
  {
    id: "C29",
    title: "list sees every entry",
    steps: [
      ...twelve,
      [L(), lists("k00", "k01", "k02", "k03", "k04", "k05", "k06", "k07", "k08", "k09", "k10", "k11")],
      [L(), has({ total_count: 12, has_more: false, offset: 0, limit: null })],
    ],
  },
  {
    id: "C30",
    title: "pages count over all matches",
    steps: [
      ...twelve,
      [L({ limit: 0 }), is({ success: true, items: [], total_count: 12, offset: 0, limit: 0, has_more: true })],
      [L({ offset: 50 }), is({ success: true, items: [], total_count: 12, offset: 50, limit: null, has_more: false })],
      [L({ offset: 9, limit: 2 }), has({ total_count: 12, offset: 9, limit: 2, has_more: true })],
      [L({ offset: 9, limit: 2 ** 53 - 1 }), has({ total_count: 12, has_more: false })],
    ],
  },
  {
    id: "C31",
    title: "filters by the start or the end of the key",
    steps: [
      ...twelve,
      [L({ filter_type: "prefix", filter_value: "k1" }), lists("k10", "k11")],
      [L({ filter_type: "prefix", filter_prefix: "k1", filter_value: "k0" }), lists("k10", "k11")],
      [L({ filter_type: "suffix", filter_value: "1" }), lists("k01", "k11")],
      [L({ filter_type: "pattern", filter_prefix: "k1", filter_suffix: "1" }), lists("k11")],
      [L({ filter_type: "prefix", filter_value: "K1" }), lists()],
      [L({ filter_type: "prefix", filter_value: "k1", order: "desc" }), lists("k11", "k10")],
    ],
  },
  {
    id: "C32",
    title: "a list that is not understood is refused",
    steps: [
      S("a", 1),
      [L({ filter_type: "pattern", filter_prefix: "a" }), refused()],
      [L({ filter_type: "pattern", filter_suffix: "a" }), refused()],
      [L({ filter_type: "prefix" }), refused()],
      [L({ filter_type: "suffix" }), refused()],
      [L({ filter_type: "bogus" }), refused()],
      [L({ filter_type: "Prefix", filter_value: "a" }), refused()],
      [L({ order: "DESC" }), refused()],
      [L({ filter_value: "a" }), refused()],
      ...[-1, 0.5, "1"].flatMap((count) => [
        [L({ limit: count }), refused()] as const,
        [L({ offset: count }), refused()] as const,
      ]),
      [L({ filter_type: null, filter_value: null, order: null, limit: null, offset: null }), lists("a")],
    ],
  },
  {
    id: "C33",
    title: "an empty cache answers, and unknown fields are ignored",
    steps: [
      [L(), is({ success: true, items: [], total_count: 0, offset: 0, limit: null, has_more: false })],
      [T(), counts({ size: 0 })],
      [U(), is({ success: true, cleaned_count: 0 })],
      ...[L, T, U, C].map((action) => [action({ extra: 1 }), has({ success: true })] as const),
      ...(["set", "get", "exists", "remove"] as const).map(
        (action) => [{ action, args: { key: "a", value: 1, extra: { deep: [] } } }, has({ success: true })] as const,
      ),
    ],
  },
  {
    id: "C35",
    title: "the estimate of memory, of 12 entries in a hundred",
    capacity: 100,
    steps: [...fill(12), [T(), counts({ memory_usage: 3_640 })]],
  },
  {
    id: "C35",
    title: "the estimate of memory, of 7 entries in ten",
    capacity: 10,
    steps: [...fill(7), [T(), counts({ memory_usage: 1_820 })]],
  },
];
