import { type Clock, Code, Reason, sleep, systemClock, WeftError } from "@weft/core";
import { type Node, nodeSchema } from "../node.js";
import { createRegistryState, type Holder } from "./registry-state.js";

/** The registry of one machine, inside one process. */
export interface Registry {
  /** Enters the holder's node or replaces its entry. Throws INVALID_ARGUMENT, ABORTED or RESOURCE_EXHAUSTED. */
  put(holder: Holder, node: Node): void;
  /** Removes the holder's node, if it has one. */
  drop(holder: Holder): void;
  /** Yields the whole list now and after each change; all changes while the reader is busy are one. Throws `signal.reason` on abort. */
  watch(service: string, signal: AbortSignal): AsyncIterable<readonly Node[]>;
  /** Yields the names of the services that have nodes, in the same way. */
  services(signal: AbortSignal): AsyncIterable<readonly string[]>;
  /** How many nodes there are. */
  readonly size: number;
}

// Between two lists for one reader: a storm of joins becomes 20 lists a second, a lone change is told at once.
const coalesceMs = 50;

/** An empty registry. `@weft/discovery` serves it over gRPC (`registryService`) or in the same process (`localBackend`). */
export function createRegistry(options: { readonly clock?: Clock } = {}): Registry {
  const { clock = systemClock } = options;
  const state = createRegistryState();
  const ofNames = new Set<() => void>();
  const ofNodes = new Map<string, Set<() => void>>();

  /** Does `action`, then wakes whom it concerns: a service appears or goes away only with its first or last node. */
  function change(action: () => string | undefined): void {
    const countBefore = state.services().length;
    const service = action();
    if (service === undefined) return;
    for (const wake of ofNodes.get(service) ?? []) wake();
    if (state.services().length !== countBefore) for (const wake of ofNames) wake();
  }

  async function* follow<T>(readers: Set<() => void>, read: () => T, signal: AbortSignal): AsyncGenerator<T> {
    signal.throwIfAborted();
    let isNews = true;
    let notify = () => {};
    const wake = () => {
      isNews = true;
      notify();
    };
    readers.add(wake);
    signal.addEventListener("abort", wake, { once: true });
    try {
      for (;;) {
        isNews = false;
        yield read();
        await sleep(coalesceMs, { clock, signal });
        if (!isNews)
          await new Promise<void>((resolve) => {
            notify = resolve;
          });
        signal.throwIfAborted();
      }
    } finally {
      signal.removeEventListener("abort", wake);
      readers.delete(wake);
    }
  }

  async function* watch(service: string, signal: AbortSignal): AsyncGenerator<readonly Node[]> {
    const readers = ofNodes.get(service) ?? new Set();
    ofNodes.set(service, readers);
    try {
      yield* follow(readers, () => state.nodes(service), signal);
    } finally {
      if (readers.size === 0 && ofNodes.get(service) === readers) ofNodes.delete(service);
    }
  }

  return {
    put(holder, node) {
      const entry = checked(node);
      change(() => (state.put(holder, entry) ? entry.service : undefined));
    },
    drop: (holder) => change(() => state.drop(holder)?.service),
    watch,
    services: (signal) => follow(ofNames, () => state.services(), signal),
    get size() {
      return state.size;
    },
  };
}

function checked(node: Node): Node {
  const result = nodeSchema.safeParse(node);
  if (result.success) return result.data;
  const violations = result.error.issues.map(({ path, message }) => ({
    field: `node.${path.join(".")}`,
    description: message,
  }));
  const first = violations[0];
  throw new WeftError(Code.InvalidArgument, `${first?.field}: ${first?.description}`, {
    reason: Reason.InvalidArgument,
    violations,
  });
}
