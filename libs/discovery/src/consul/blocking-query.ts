import { type Clock, sleep } from "@weft/core";
import { indexOf, isStale } from "./consul-answers.js";
import type { ConsulAnswer } from "./consul-client.js";
import { createPace } from "./pace.js";

export interface BlockingQuery<T> {
  /** Asks once: at once for index 0, else when there is news beyond the index or Consul's wait is over. */
  ask(index: bigint, signal: AbortSignal): Promise<ConsulAnswer>;
  itemsIn(answer: ConsulAnswer): readonly T[];
  /** What `previous` becomes; `previous` itself if nothing changed. */
  next(previous: readonly T[], items: readonly T[]): readonly T[];
  readonly clock: Clock;
}

/** Follows a list by Consul's blocking queries. A return is no proof of change, so lists are compared. */
export async function* followQuery<T>(query: BlockingQuery<T>, signal: AbortSignal): AsyncGenerator<readonly T[]> {
  const pace = createPace(query.clock);
  let index = 0n;
  let last: readonly T[] | undefined;
  for (;;) {
    const paceMs = pace.take();
    if (paceMs > 0) await sleep(paceMs, { clock: query.clock, signal });
    const answer = await query.ask(index, signal);
    const items = query.itemsIn(answer);
    const answered = indexOf(answer);
    const before = last ?? [];
    // An old answer may add nodes, but what it lacks may just be too new for it.
    const list = query.next(before, isStale(answer) ? [...items, ...before] : items);
    const isNews = last === undefined || list !== last;
    last = list;
    index = nextIndex(index, answered);
    if (isNews) yield list;
  }
}

/** An index that goes back, say after a restore, starts the watch over; one below 1 would not wait at all. */
function nextIndex(previous: bigint, answered: bigint): bigint {
  if (answered < 1n) return 1n;
  return answered < previous ? 0n : answered;
}
