import { WindowLog } from "./window-log.js";

/** The calls of one value, and its neighbours by last use. */
export interface CallList {
  readonly value: string;
  readonly log: WindowLog;
  older: CallList | undefined;
  newer: CallList | undefined;
}

export interface CallListsOptions {
  readonly windowMs: number;
  /** Values to remember. The one that was longest not asked for goes first. */
  readonly maxValues: number;
  /** Times to have room for, over all values: 8 bytes each. */
  readonly maxTimes: number;
}

// Most callers make few calls in a window.
const firstCapacity = 4;

/** The calls that one limit counts, by value. Bounded in values and in memory; every operation takes constant time. */
export class CallLists {
  readonly windowMs: number;
  readonly #maxValues: number;
  readonly #maxTimes: number;
  readonly #byValue = new Map<string, CallList>();
  #newest: CallList | undefined;
  #oldest: CallList | undefined;
  #times = 0;

  constructor({ windowMs, maxValues, maxTimes }: CallListsOptions) {
    this.windowMs = windowMs;
    this.#maxValues = maxValues;
    this.#maxTimes = maxTimes;
  }

  /** How many values are remembered. */
  get size(): number {
    return this.#byValue.size;
  }

  /** For those who only look: does not count as use. */
  peek(value: string): CallList | undefined {
    return this.#byValue.get(value);
  }

  find(value: string): CallList | undefined {
    const list = this.#byValue.get(value);
    if (list !== undefined && list !== this.#newest) {
      this.#unlink(list);
      this.#link(list);
    }
    return list;
  }

  /** Counts a call. `list` is what `find` has just said. */
  record(list: CallList | undefined, value: string, nowMs: number, maxRequests: number): void {
    const { log } = list ?? this.#add(value, Math.min(firstCapacity, maxRequests));
    const before = log.capacity;
    log.record(nowMs, maxRequests);
    this.#times += log.capacity - before;
    while (this.#times > this.#maxTimes && this.#oldest !== this.#newest) this.#drop(this.#oldest);
  }

  forget(value: string): void {
    this.#drop(this.#byValue.get(value));
  }

  /** Forgets values whose window is empty, at most so many. Answers how many. */
  forgetIdle(nowMs: number, most: number): number {
    let forgotten = 0;
    while (forgotten < most && this.#oldest?.log.countAfter(nowMs - this.windowMs) === 0) {
      this.#drop(this.#oldest);
      forgotten++;
    }
    return forgotten;
  }

  #add(value: string, capacity: number): CallList {
    if (this.#byValue.size >= this.#maxValues) this.#drop(this.#oldest);
    const list: CallList = { value, log: new WindowLog(capacity), older: undefined, newer: undefined };
    this.#byValue.set(value, list);
    this.#link(list);
    this.#times += capacity;
    return list;
  }

  #drop(list: CallList | undefined): void {
    if (list === undefined) return;
    this.#byValue.delete(list.value);
    this.#unlink(list);
    this.#times -= list.log.capacity;
  }

  #link(list: CallList): void {
    list.older = this.#newest;
    list.newer = undefined;
    if (this.#newest === undefined) this.#oldest = list;
    else this.#newest.newer = list;
    this.#newest = list;
  }

  #unlink({ older, newer }: CallList): void {
    if (older === undefined) this.#oldest = newer;
    else older.newer = newer;
    if (newer === undefined) this.#newest = older;
    else newer.older = older;
  }
}
