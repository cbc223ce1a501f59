import type { Node } from "./node.js";

const fields = [
  "id",
  "service",
  "address",
  "revision",
  "version",
  "zone",
  "weight",
  "incarnation",
  "draining",
  "link",
] as const satisfies readonly (keyof Node)[];

/** True if both say the same of the same node. */
export function isSameNode(a: Node, b: Node): boolean {
  return fields.every((field) => a[field] === b[field]);
}

/**
 * The list that follows `previous` when the backend says `next`: one node per address (the higher incarnation wins), in
 * order of id. Unchanged nodes stay the same objects, so that what others know about them by identity is kept; if
 * nothing changed, the answer is `previous` itself.
 */
export function nextNodes(previous: readonly Node[], next: readonly Node[]): readonly Node[] {
  const byAddress = new Map<string, Node>();
  for (const node of next) {
    const rival = byAddress.get(node.address);
    if (rival === undefined || rival.incarnation < node.incarnation) byAddress.set(node.address, node);
  }
  const known = new Map(previous.map((node) => [node.id, node]));
  const list = [...byAddress.values()].sort(byId).map((node) => {
    const before = known.get(node.id);
    return before !== undefined && isSameNode(before, node) ? before : Object.freeze(node);
  });
  return isSameList(previous, list) ? previous : Object.freeze(list);
}

/** The names in order; `previous` itself if nothing changed. */
export function nextNames(previous: readonly string[], next: readonly string[]): readonly string[] {
  const list = [...new Set(next)].sort();
  return isSameList(previous, list) ? previous : Object.freeze(list);
}

function isSameList<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((item, i) => item === b[i]);
}

function byId(a: Node, b: Node): number {
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}
