// Some 17 comparisons find a key among 100,000; a leaf is moved about in one go.
const mostKeys = 128;
const fewestKeys = 32;

interface Node {
  /** Of a leaf its keys; else for each child a text that is not after any of the child's keys, and after all before. */
  keys: string[];
  /** Absent in a leaf. */
  children: Node[] | undefined;
  /** Keys in it and below. */
  size: number;
}

/** Whether one text comes before another. */
export type IsBefore = (a: string, b: string) => boolean;

/**
 * Different keys in order: a B+ tree whose nodes know how many keys they hold, so that a place is found by its key or by
 * its number in O(log n).
 */
export class CountedTree {
  #root: Node = { keys: [], children: undefined, size: 0 };

  get size(): number {
    return this.#root.size;
  }

  /** Adds a key; false if it is there. */
  add(key: string, isBefore: IsBefore): boolean {
    const root = this.#root;
    if (!addTo(root, key, isBefore)) return false;
    if (root.keys.length > mostKeys) {
      const right = split(root);
      const keys = [root.keys[0] as string, right.keys[0] as string];
      this.#root = { keys, children: [root, right], size: root.size + right.size };
    }
    return true;
  }

  /** Takes a key away; false if it is not there. */
  remove(key: string, isBefore: IsBefore): boolean {
    if (!removeFrom(this.#root, key, isBefore)) return false;
    while (this.#root.children?.length === 1) this.#root = this.#root.children[0] as Node;
    return true;
  }

  /** How many keys there are for which `isLeft` holds; it must hold for all before a place and for none behind it. */
  countWhile(isLeft: (key: string) => boolean): number {
    let node = this.#root;
    let count = 0;
    while (node.children !== undefined) {
      const index = Math.max(0, placeIn(node.keys, isLeft) - 1);
      for (let i = 0; i < index; i++) count += (node.children[i] as Node).size;
      node = node.children[index] as Node;
    }
    return count + placeIn(node.keys, isLeft);
  }

  /** The keys from number `from` up to, but not with, number `to`. */
  slice(from: number, to: number): string[] {
    const keys: string[] = [];
    collect(this.#root, from, Math.min(to, this.size), keys);
    return keys;
  }
}

/** How many of the texts `isLeft` holds for; it must hold for all before a place and for none behind it. */
export function placeIn(texts: readonly string[], isLeft: (text: string) => boolean): number {
  let low = 0;
  let high = texts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isLeft(texts[middle] as string)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The child that a key belongs to: the last whose text is not after it. */
function childFor({ keys }: Node, key: string, isBefore: IsBefore): number {
  return Math.max(0, placeIn(keys, (text) => !isBefore(key, text)) - 1);
}

function addTo(node: Node, key: string, isBefore: IsBefore): boolean {
  if (node.children === undefined) {
    const place = placeIn(node.keys, (text) => isBefore(text, key));
    if (node.keys[place] === key) return false;
    node.keys.splice(place, 0, key);
    node.size += 1;
    return true;
  }
  const index = childFor(node, key, isBefore);
  const child = node.children[index] as Node;
  if (!addTo(child, key, isBefore)) return false;
  node.size += 1;
  if (isBefore(key, node.keys[index] as string)) node.keys[index] = key;
  if (child.keys.length > mostKeys) {
    const right = split(child);
    node.children.splice(index + 1, 0, right);
    node.keys.splice(index + 1, 0, right.keys[0] as string);
  }
  return true;
}

/** Halves a node and answers the right half. */
function split(node: Node): Node {
  const half = node.keys.length >>> 1;
  const keys = node.keys.splice(half);
  const children = node.children?.splice(half);
  const right = { keys, children, size: sizeOf(keys, children) };
  node.size -= right.size;
  return right;
}

function removeFrom(node: Node, key: string, isBefore: IsBefore): boolean {
  if (node.children === undefined) {
    const place = placeIn(node.keys, (text) => isBefore(text, key));
    if (node.keys[place] !== key) return false;
    node.keys.splice(place, 1);
    node.size -= 1;
    return true;
  }
  const index = childFor(node, key, isBefore);
  if (!removeFrom(node.children[index] as Node, key, isBefore)) return false;
  node.size -= 1;
  if ((node.children[index] as Node).keys.length < fewestKeys) merge(node, Math.max(0, index - 1));
  return true;
}

/** Joins the child at `index` with the one behind it, unless they are too large for one. */
function merge(node: Node, index: number): void {
  const children = node.children as Node[];
  const left = children[index] as Node;
  const right = children[index + 1];
  if (right === undefined || left.keys.length + right.keys.length > mostKeys / 2) return;
  left.keys.push(...right.keys);
  left.children?.push(...(right.children as Node[]));
  left.size += right.size;
  children.splice(index + 1, 1);
  node.keys.splice(index + 1, 1);
}

function sizeOf(keys: readonly string[], children: readonly Node[] | undefined): number {
  return children === undefined ? keys.length : children.reduce((sum, child) => sum + child.size, 0);
}

function collect(node: Node, from: number, to: number, into: string[]): void {
  if (node.children === undefined) {
    for (let i = Math.max(0, from); i < Math.min(to, node.keys.length); i++) into.push(node.keys[i] as string);
    return;
  }
  let start = 0;
  for (const child of node.children) {
    if (start >= to) return;
    if (start + child.size > from) collect(child, from - start, to - start, into);
    start += child.size;
  }
}
