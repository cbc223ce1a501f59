import { errorFromStatus, statusFromError } from "@weft/contracts";
import { type Clock, Code, Reason, sleep, WeftError } from "@weft/core";
import type { NodeConnection, RequestLimits, StreamItem } from "@weft/mesh";

/** A node, or the name of a service: all of its nodes. */
export type Target = { readonly id: string } | string;

/**
 * What a call meets. An error is the node's answer; otherwise the connection is lost: `processed` says whether before the
 * node got the call ("no"), or when it had run it ("maybe").
 */
export type Fault = WeftError | { readonly processed: "no" | "maybe" };

/** What is wrong between callers and nodes. */
export interface Faults {
  /** Calls take so much longer to get there. 0: no longer. */
  delay(target: Target, ms: number): void;
  /** The next `times` calls fail. Defaults to every one from now on; 0 ends it. */
  abort(target: Target, fault: Fault, times?: number): void;
  /** Nobody reaches the node, and it reaches nobody; calls under way are lost. Discovery still lists it. */
  partition(node: { readonly id: string }): void;
  heal(node: { readonly id: string }): void;
}

/** Who is at the ends of a connection. */
export interface Ends {
  /** Id of the node that calls; undefined: the test. */
  readonly from: string | undefined;
  readonly to: { readonly id: string; readonly service: string };
}

export interface FaultyWorld extends Faults {
  /** A connection on which these faults happen. */
  between(ends: Ends, connection: NodeConnection): NodeConnection;
  /** Loses every call under way. */
  loseAll(): void;
}

interface Underway {
  readonly ends: Ends;
  readonly lost: AbortController;
}

export function createFaults(clock: Clock): FaultyWorld {
  const delays = new Map<string, number>();
  const aborts = new Map<string, { readonly fault: Fault; times: number }>();
  const partitioned = new Set<string>();
  const underway = new Set<Underway>();

  const isCut = ({ from, to }: Ends) => partitioned.has(to.id) || (from !== undefined && partitioned.has(from));

  function takeFault({ id, service }: Ends["to"]): Fault | undefined {
    const planned = [aborts.get(id), aborts.get(service)].find((one) => one !== undefined && one.times > 0);
    if (planned === undefined) return undefined;
    planned.times--;
    return planned.fault;
  }

  /** Waits as long as the way takes; a call whose time is up on the way does not arrive. */
  async function travel(to: Ends["to"], { timeoutMs, signal }: RequestLimits): Promise<void> {
    const ms = (delays.get(to.id) ?? 0) + (delays.get(to.service) ?? 0);
    if (ms === 0) return;
    await sleep(Math.min(ms, timeoutMs), { clock, signal });
    if (ms >= timeoutMs) throw new WeftError(Code.DeadlineExceeded, "Request timed out", { reason: Reason.Timeout });
  }

  /** A call on its way: it meets the faults, and can be lost until `end`. */
  async function depart(ends: Ends, limits: RequestLimits) {
    if (isCut(ends)) throw connectionLost("no");
    const startedAt = clock.now();
    await travel(ends.to, limits);
    if (isCut(ends)) throw connectionLost("no");
    const fault = takeFault(ends.to);
    if (fault instanceof WeftError) throw errorFromStatus(statusFromError(fault));
    if (fault?.processed === "no") throw connectionLost("no");
    const one: Underway = { ends, lost: new AbortController() };
    underway.add(one);
    return {
      limits: {
        timeoutMs: limits.timeoutMs - (clock.now() - startedAt),
        signal: AbortSignal.any([limits.signal, one.lost.signal]),
      },
      arrived() {
        if (fault !== undefined) throw connectionLost("maybe");
      },
      end: () => underway.delete(one),
    };
  }

  function lose(which: (ends: Ends) => boolean): void {
    for (const { ends, lost } of underway) if (which(ends)) lost.abort(connectionLost("maybe"));
  }

  return {
    between: (ends, connection) => ({
      ...connection,
      async execute(request, limits) {
        const way = await depart(ends, limits);
        try {
          const answer = await connection.execute(request, way.limits);
          way.arrived();
          return answer;
        } finally {
          way.end();
        }
      },
      async open(request, limits) {
        const way = await depart(ends, limits);
        try {
          const items = await connection.open(request, way.limits);
          way.arrived();
          return untilEnd(items, way.end);
        } catch (error) {
          way.end();
          throw error;
        }
      },
      async functions(limits) {
        if (isCut(ends)) throw connectionLost("no");
        return connection.functions(limits);
      },
    }),
    delay: (target, ms) => void delays.set(nameOf(target), ms),
    abort: (target, fault, times = Number.POSITIVE_INFINITY) => void aborts.set(nameOf(target), { fault, times }),
    partition(node) {
      partitioned.add(node.id);
      lose(isCut);
    },
    heal: (node) => void partitioned.delete(node.id),
    loseAll: () => lose(() => true),
  };
}

function nameOf(target: Target): string {
  return typeof target === "string" ? target : target.id;
}

async function* untilEnd(items: AsyncIterable<StreamItem>, end: () => void): AsyncGenerator<StreamItem, void> {
  try {
    yield* items;
  } finally {
    end();
  }
}

/** As the transport words it. */
function connectionLost(processed: "no" | "maybe"): WeftError {
  return new WeftError(Code.Unavailable, "connection lost", {
    reason: Reason.ConnectionLost,
    metadata: { processed },
    retryAfterMs: 1_000,
  });
}
