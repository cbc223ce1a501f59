import { systemClock } from "@weft/core";
import type { Backend } from "./backend.js";
import { type ListWatch, type WatchOptions, watchList } from "./list-watch.js";
import type { Node } from "./node.js";
import { nextNames, nextNodes } from "./node-list.js";
import { createPanicGuard } from "./panic-guard.js";

/**
 * The nodes of a service, kept current until the signal fires. A process needs one watch per service: each holds an open
 * stream or request, so names that clients make up must not get here; `watchServices` knows the real ones.
 */
export function watchNodes(backend: Backend, service: string, options: WatchOptions): ListWatch<Node> {
  const { clock = systemClock } = options;
  const guard = createPanicGuard();
  return watchList(
    service,
    (signal) => backend.watch(service, signal),
    (previous, next, isFirst) => {
      // An exact list is doubted once only: a registry that has just come back does not know all nodes yet.
      if (backend.exact && !isFirst && !guard.isDoubting) return { list: nextNodes(previous, next) };
      const { nodes, recheckMs } = guard.judge(previous, next, clock.now());
      return { list: nextNodes(previous, nodes), recheckMs };
    },
    options,
  );
}

/** The names of all services, kept current until the signal fires. */
export function watchServices(backend: Backend, options: WatchOptions): ListWatch<string> {
  return watchList(
    "services",
    (signal) => backend.services(signal),
    (previous, next) => ({ list: nextNames(previous, next) }),
    options,
  );
}
