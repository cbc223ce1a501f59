import type { NodeChoice } from "@weft/contracts/function";
import { type Clock, systemClock } from "@weft/core";
import { hash } from "./hash.js";
import { leastRequest } from "./least-request.js";
import { random } from "./random.js";
import { registered } from "./registered.js";
import { roundRobin } from "./round-robin.js";
import type { Selector } from "./selector.js";
import { sticky } from "./sticky.js";
import { createStickyTable, type StickyTable } from "./sticky-table.js";
import { weighted } from "./weighted.js";

export interface SelectorOptions {
  /** Draws from [0, 1). */
  readonly random: () => number;
  readonly clock?: Clock;
  /** Keeps the bindings of sticky functions. Defaults to a table of this one function. */
  readonly stickyTable?: StickyTable;
}

/** The selector that a function declares; random where it declares none. `undefined`: no such mode. */
export function createSelector(choice: NodeChoice | undefined, options: SelectorOptions): Selector | undefined {
  const { clock = systemClock, stickyTable } = options;
  const { mode, key } = choice ?? { mode: "random", key: "" };
  switch (mode) {
    case "random":
      return random(options);
    case "round_robin":
      return roundRobin();
    case "hash":
      return hash(key);
    case "least_request":
      return leastRequest({ ...options, clock });
    case "weighted":
      return weighted(options);
    case "sticky":
      return sticky({ ...options, key, table: stickyTable ?? createStickyTable({ clock }) });
    case "registered":
      return key === "" ? undefined : registered(key);
    default:
      return undefined;
  }
}
