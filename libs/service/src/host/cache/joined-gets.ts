import { type Clock, Code, Reason, type WeftError } from "@weft/core";
import { CallAbort, homesOf, type Mesh } from "@weft/mesh";
import type { CacheOptions } from "../../define/cache-entries.js";
import { nestedCalls, type Origin } from "../nested-calls.js";
import type { Outgoing } from "../outgoing.js";
import { type GotMany, JoinedCall } from "./joined-call.js";
import { ManyValues, OneValue, type Sink } from "./sinks.js";

/** A handler that reads the cache. */
export interface Reader {
  readonly origin: Origin;
  /** Equal for handlers whose calls can be one: of callers with equal rights. */
  readonly caller: string;
}

/** A call that more keys may join in this turn. */
interface OpenCall {
  /** Stands for all that its keys have in common. */
  readonly name: string;
  readonly caller: string;
  readonly options: CacheOptions;
  /** The node that has all the keys. Undefined: any will do. */
  readonly node: string | undefined;
  readonly call: JoinedCall;
  /** In whose name it is made: of whoever has most time. */
  origin: Origin;
  isSent: boolean;
}

// Some 0.2 ms of a cache's time, so that nobody else waits long. With 64, batches of 16 went some 10 % slower: each call costs.
const mostKeys = 128;

/** Reads entries for all handlers of a process: those that ask in one turn of the event loop share calls. */
export class JoinedGets {
  readonly #outgoing: Outgoing;
  readonly #clock: Clock;
  #mesh: Mesh | undefined;
  readonly #open = new Map<string, OpenCall>();
  /** The one that was asked last: most handlers ask for the same caller with the same options. */
  #last: OpenCall | undefined;

  constructor(outgoing: Outgoing, clock: Clock) {
    this.#outgoing = outgoing;
    this.#clock = clock;
  }

  /** The value under a key; undefined: there is none. */
  async get(key: string, options: CacheOptions, reader: Reader): Promise<unknown> {
    this.#mesh ??= await this.#outgoing.mesh();
    const node = this.#homes()?.(key);
    return new Promise((resolve, reject) => {
      this.#add(this.#callFor(reader, options, node), key, new OneValue(resolve, reject), 0);
    });
  }

  /** The values under these keys, in their order. */
  async getMany(keys: readonly string[], options: CacheOptions, reader: Reader): Promise<unknown[]> {
    if (keys.length === 0) return [];
    this.#mesh ??= await this.#outgoing.mesh();
    const homes = this.#homes();
    return new Promise((resolve, reject) => {
      const sink = new ManyValues(keys.length, resolve, reject);
      for (const [place, key] of keys.entries())
        this.#add(this.#callFor(reader, options, homes?.(key)), key, sink, place);
    });
  }

  /** Which node has which key. Undefined: any will do for all. */
  #homes(): ((key: string) => string) | undefined {
    const target = this.#mesh?.catalogue.find("cache", "get", "");
    return typeof target === "object" ? homesOf(target, this.#clock.now()) : undefined;
  }

  #add(open: OpenCall, key: string, sink: Sink, place: number): void {
    open.call.add(key, sink, place);
    // At once, so that the cache has work while the other handlers are still being answered.
    if (open.call.keys.length === mostKeys) this.#send(open);
  }

  /** The call that one more key goes with. */
  #callFor(reader: Reader, options: CacheOptions, node: string | undefined): OpenCall {
    const { caller, origin } = reader;
    const last = this.#last;
    const isSame = last?.options === options && last.node === node && last.caller === caller;
    const open = isSame ? last : this.#find(reader, options, node);
    if (origin.endsAt > open.origin.endsAt) open.origin = origin;
    return open;
  }

  #find({ caller, origin }: Reader, options: CacheOptions, node: string | undefined): OpenCall {
    const name = JSON.stringify([node, options.namespace, options.timeoutMs, caller]);
    let open = this.#open.get(name);
    if (open === undefined) {
      open = { name, caller, options, node, call: new JoinedCall(), origin, isSent: false };
      this.#open.set(name, open);
      // By then all answers that came together have been given to handlers, and those have asked again.
      setImmediate(this.#send, open);
    }
    this.#last = open;
    return open;
  }

  readonly #send = (open: OpenCall) => {
    if (open.isSent) return;
    open.isSent = true;
    this.#open.delete(open.name);
    if (this.#last === open) this.#last = undefined;
    void this.#run(open.call, open);
  };

  /** What is too large together, or cannot be sent for one of the keys, goes in halves. */
  async #run(call: JoinedCall, open: OpenCall): Promise<void> {
    try {
      call.answered(await this.#ask(call.keys, open));
    } catch (error) {
      if (call.keys.length > 1 && isOfSome(error)) for (const half of call.halves()) void this.#run(half, open);
      else call.failed(error);
    }
  }

  async #ask(keys: readonly string[], { origin, options, node }: OpenCall): Promise<GotMany> {
    // Its end is that of none of its handlers alone.
    const own = { ...origin, abort: new CallAbort() };
    const { call } = nestedCalls(own, { outgoing: this.#outgoing, clock: this.#clock });
    const args = { keys, namespace: options.namespace, brief: true };
    const limit = options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs };
    if (node === undefined) return call(getMany, args, limit);
    try {
      return await call(getMany, { ...args, this_node: true }, { ...limit, node });
    } catch (error) {
      if ((error as WeftError).code !== Code.Unavailable) throw error;
      return call(getMany, args, limit); // a node that is there finds the others' keys
    }
  }
}

function isOfSome(error: unknown): boolean {
  const { reason } = error as Partial<WeftError>;
  return reason === Reason.PayloadTooLarge || reason === Reason.InvalidPayload;
}

const getMany = "cache.get_many";
