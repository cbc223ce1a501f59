import type { Peer } from "../peers/peer.js";
import type { FunctionVariant, Target } from "./target.js";
import { compareVersions } from "./version.js";

/** One function of a service: its versions, and the one that a call without a version gets. */
export interface FunctionEntry {
  /** The highest enabled version; the unversioned one only if no versioned one is enabled. */
  readonly latest: Target | undefined;
  /** By version; the unversioned one under "". */
  readonly versions: ReadonlyMap<string, Target>;
}

/** The functions of a service at one moment, by name. */
export type ServiceSnapshot = ReadonlyMap<string, FunctionEntry>;

/**
 * Puts together what the nodes of a service hold. Where revisions define the same function and version differently, the
 * definition that most ready nodes hold counts (a tie: the one with the youngest node), on the nodes that hold it.
 */
export function buildSnapshot(
  peers: readonly Peer[],
  sets: ReadonlyMap<string, readonly FunctionVariant[]>,
  isSwitchedOff: (functionName: string, version: string) => boolean = () => false,
): ServiceSnapshot {
  const definitions = new Map<string, Map<string, Map<string, Definition>>>();
  for (const [revision, variants] of sets) {
    for (const variant of variants) {
      const { function: name, version = "", hash } = variant.config;
      const byHash = child(child(definitions, name), version);
      const known = byHash.get(hash);
      if (known === undefined) byHash.set(hash, { variant, revisions: [revision] });
      else known.revisions.push(revision);
    }
  }

  const readyPeers = readyPeersBy(peers);
  const snapshot = new Map<string, FunctionEntry>();
  for (const [name, byVersion] of definitions) {
    const versions = new Map<string, Target>();
    for (const [version, byHash] of byVersion) {
      const holders = [...byHash.values()].map(({ variant, revisions }) => ({
        variant,
        candidates: readyPeers(revisions),
      }));
      const { variant, candidates } = holders.reduce(prevailing);
      const isDisabled = variant.config.disabled || isSwitchedOff(name, version);
      versions.set(version, { variant, candidates, isDisabled });
    }
    snapshot.set(name, { versions, latest: latestOf(versions) });
  }
  return snapshot;
}

interface Definition {
  readonly variant: FunctionVariant;
  /** Of the sets that it stands in. */
  readonly revisions: string[];
}

type Holder = Omit<Target, "isDisabled">;

/** The ready nodes of some revisions. One list for all functions: a copy for each would cost functions times nodes. */
function readyPeersBy(peers: readonly Peer[]): (revisions: readonly string[]) => readonly Peer[] {
  const byRevision = new Map<string, Peer[]>();
  for (const peer of peers) if (!peer.node.draining) append(byRevision, peer.node.revision, peer);
  const lists = new Map<string, readonly Peer[]>();
  return (revisions) => {
    const key = revisions.join("\n");
    let list = lists.get(key);
    if (list === undefined) {
      list = revisions.flatMap((revision) => byRevision.get(revision) ?? []);
      lists.set(key, list);
    }
    return list;
  };
}

function prevailing(a: Holder, b: Holder): Holder {
  const more = b.candidates.length - a.candidates.length;
  return more > 0 || (more === 0 && youngest(b) > youngest(a)) ? b : a;
}

function youngest({ candidates }: Holder): number {
  return candidates.reduce((newest, { node }) => Math.max(newest, node.incarnation), 0);
}

function latestOf(versions: ReadonlyMap<string, Target>): Target | undefined {
  let best: string | undefined;
  for (const [version, { isDisabled }] of versions) {
    if (isDisabled || version === "") continue;
    if (best === undefined || compareVersions(version, best) > 0) best = version;
  }
  if (best !== undefined) return versions.get(best);
  const unversioned = versions.get("");
  return unversioned?.isDisabled ? undefined : unversioned;
}

function append<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

function child<K, V>(map: Map<string, Map<K, V>>, key: string): Map<K, V> {
  let inner = map.get(key);
  if (inner === undefined) {
    inner = new Map();
    map.set(key, inner);
  }
  return inner;
}
