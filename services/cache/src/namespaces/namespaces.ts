import { Code, Reason, WeftError } from "@weft/core";
import { isMeshNamespace } from "@weft/service";
import type { Store } from "../store/store.js";
import { createWatching, type Watch, type WatchingOptions } from "../watch/create-watching.js";

/** Entries of their own under one name, with their own limits and figures. */
export interface Namespace {
  /** Empty: the default one. */
  readonly name: string;
  readonly store: Store;
  readonly watch: Watch;
  /** Calls of each action since start, by its name. Each call that passed its checks adds one. */
  readonly calls: Record<string, number>;
  /** All namespaces of the cache, this one among them, and how each is found. */
  readonly all: readonly Namespace[];
  readonly of: (name: string) => Namespace;
}

export interface Namespaces {
  /** The one that requests mean which name none. */
  readonly main: Namespace;
  readonly all: readonly Namespace[];
  /** Throws NAMESPACE_NOT_FOUND for a name that is not declared, PERMISSION_DENIED for one that is not for who asks. */
  of(name: string): Namespace;
}

/** The namespaces as every client has them; those of the mesh are there, but nobody else may name them. */
export interface CacheNamespaces extends Namespaces {
  /** As calls of the mesh itself have them. */
  readonly forMesh: Namespaces;
}

const longestQuote = 64;

/** Namespaces over these stores: the default one, and those with names. */
export function createNamespaces(
  usual: Store,
  others: Readonly<Record<string, Store>> = {},
  watching: WatchingOptions = {},
): CacheNamespaces {
  const watchOf = createWatching(watching);
  const byName = new Map<string, Namespace>();
  const all: Namespace[] = [];
  const ofMesh = (name: string): Namespace => {
    const namespace = byName.get(name);
    if (namespace !== undefined) return namespace;
    const shown = name.slice(0, longestQuote);
    throw new WeftError(Code.NotFound, `no namespace "${shown}"`, {
      reason: Reason.NamespaceNotFound,
      metadata: { namespace: shown },
    });
  };
  const of = (name: string): Namespace => {
    if (!isMeshNamespace(name)) return ofMesh(name);
    throw new WeftError(Code.PermissionDenied, "Permission denied", { reason: Reason.PermissionDenied });
  };
  for (const [name, store] of [["", usual] as const, ...Object.entries(others)]) {
    // Items of a batch are for whom the batch was.
    const within = isMeshNamespace(name) ? ofMesh : of;
    const namespace: Namespace = { name, store, watch: watchOf(store), calls: {}, all, of: within };
    all.push(namespace);
    byName.set(name, namespace);
  }
  const main = of("");
  return { main, all, of, forMesh: { main, all, of: ofMesh } };
}
