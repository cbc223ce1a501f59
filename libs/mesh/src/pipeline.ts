import type { WeftError } from "@weft/core";
import { around, notify, step } from "@weft/plugin-chain";
import type { Call } from "./call.js";
import type { Connection } from "./connection.js";
import { type Explanation, nothingToExplain } from "./explanation.js";
import type { Offers } from "./provided.js";

/** The answer of a unary call. */
export interface CallResult {
  /** UTF-8 JSON. */
  readonly json: Uint8Array;
  /** Id of the node that answered. */
  readonly node: string;
}

export interface StreamItem {
  /** 1, 2, 3, … */
  readonly sequence: number;
  /** UTF-8 JSON. */
  readonly json: Uint8Array;
}

/** A stream that a node has accepted. Its items end, or throw a WeftError; leaving the loop cancels the producer. */
export interface AcceptedStream {
  readonly node: string;
  readonly items: AsyncIterable<StreamItem>;
}

/** How a call ended: without an error, or with one. */
export interface Outcome {
  readonly error: WeftError | undefined;
  readonly elapsedMs: number;
}

/**
 * The stages of a call. A caller of functions (a gateway, or a service that calls others) is a list of plugins that
 * implement them; the order of the list is the order of the policies.
 */
export const pipeline = {
  /** Once for each chain, before its first call: selectors, resolvers, callbacks and hooks that functions may name. */
  provide: notify<[offers: Offers]>(),
  /** For each request of a client, before its message is read: who it is. Refuse by throwing. */
  connect: step<[connection: Connection], "connected">({ default: "connected" }),
  /** Before anything runs: refuse by throwing, pass on with `cont`. The same for every call shape. */
  admit: step<[call: Call], "admitted">({ default: "admitted" }),
  /** Around one answer. The innermost plugin sends the call to a node. */
  execute: around<[call: Call], Promise<CallResult>>(),
  /** Around the opening of a stream. */
  open: around<[call: Call], Promise<AcceptedStream>>(),
  /** Around what would happen to a call, without doing it. */
  explain: around<[call: Call], Promise<Explanation>>({ default: async () => nothingToExplain }),
  /** Once for every call, when it is over. */
  settled: notify<[call: Call, outcome: Outcome]>({ arity: 2 }),
};
export type Pipeline = typeof pipeline;
