import { Code, Reason, WeftError } from "@weft/core";
import type { Store } from "../store/store.js";

/** Entries of their own under one name, with their own limits and figures. */
export interface Namespace {
  /** Empty: the default one. */
  readonly name: string;
  readonly store: Store;
  /** Calls of each action since start, by its name. Each call that passed its checks adds one. */
  readonly calls: Record<string, number>;
  /** All namespaces of the cache, this one among them. */
  readonly siblings: Namespaces;
}

export interface Namespaces {
  /** The one that requests mean which name none. */
  readonly main: Namespace;
  readonly all: readonly Namespace[];
  /** Throws NAMESPACE_NOT_FOUND for a name that is not declared. */
  of(name: string): Namespace;
}

const longestQuote = 64;

/** Namespaces over these stores: the default one, and those with names. */
export function createNamespaces(main: Store, others: Readonly<Record<string, Store>> = {}): Namespaces {
  const byName = new Map<string, Namespace>();
  const add = (name: string, store: Store): Namespace => {
    const namespace = { name, store, calls: {}, siblings };
    byName.set(name, namespace);
    return namespace;
  };
  const siblings: Namespaces = {
    get main() {
      return first;
    },
    get all() {
      return [...byName.values()];
    },
    of(name) {
      const namespace = byName.get(name);
      if (namespace !== undefined) return namespace;
      const shown = name.slice(0, longestQuote);
      throw new WeftError(Code.NotFound, `no namespace "${shown}"`, {
        reason: Reason.NamespaceNotFound,
        metadata: { namespace: shown },
      });
    },
  };
  const first = add("", main);
  for (const [name, store] of Object.entries(others)) add(name, store);
  return siblings;
}
