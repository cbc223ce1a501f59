/** The names under which a namespace stands in Redis; in the scripts they are upper case. */
const parts = [
  "meta", // hash: counters, the last version and the last sequence
  "entries", // hash: key -> entry, live or expired
  "stale", // hash: key -> entry that has expired and is kept for leases
  "recency", // sorted set: key -> number of its last use
  "deadlines", // sorted set: key -> when it expires; not for entries that never do
  "stale_ends", // sorted set: key of `stale` -> when it goes
  "keys_shown", // sorted by bytes: the keys of live entries
  "sizes", // sorted set: key -> bytes accounted
  "tags", // sorted by bytes: LENGTH:TAG and key
  "leases", // hash: key -> token
  "lease_ends", // sorted set: key of `leases` -> when it ends
  "hot", // sorted set: key -> estimate of its gets
] as const;

export interface Layout {
  /** In the order in which every script takes them. */
  readonly keys: readonly string[];
  /** Where changes are published. */
  readonly channel: string;
  /** Where the keys are published whose leases end before their time. */
  readonly leaseChannel: string;
}

/** All names of one namespace have one hash tag, so a cluster holds them on one node and a script may use them all. */
export function layoutOf(namespace: string): Layout {
  const tag = `{weft:cache:${namespace}}`;
  return {
    keys: parts.map((part) => `${tag}:${part}`),
    channel: `${tag}:meta:changes`,
    leaseChannel: `${tag}:meta:lease_ends`,
  };
}

/** Gives the keys of a script their names. */
export const namesInLua: string = `local ${parts.map((part) => part.toUpperCase()).join(", ")} = unpack(KEYS)`;

/** Where a part stands among the keys of a script; Lua counts from 1. */
export function indexOf(part: (typeof parts)[number]): number {
  return parts.indexOf(part) + 1;
}
