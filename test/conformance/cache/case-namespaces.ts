import type { Namespaces } from "@weft/cache";

let used: Namespaces;

/** The cache of the case that runs. Doors are opened once for all cases, since a gateway takes its time. */
export const ofCase: Namespaces = {
  get main() {
    return used.main;
  },
  get all() {
    return used.all;
  },
  of: (name) => used.of(name),
};

export const current = {
  /** What every door over `ofCase` leads to from now on. */
  use(namespaces: Namespaces): void {
    used = namespaces;
  },
};
