import type { CacheNamespaces } from "@weft/cache";

let used: CacheNamespaces;

/** The cache of the case that runs. Doors are opened once for all cases, since a gateway takes its time. */
export const ofCase: CacheNamespaces = {
  get main() {
    return used.main;
  },
  get all() {
    return used.all;
  },
  of: (name) => used.of(name),
  get forMesh() {
    return used.forMesh;
  },
};

export const current = {
  /** What every door over `ofCase` leads to from now on. */
  use(namespaces: CacheNamespaces): void {
    used = namespaces;
  },
};
