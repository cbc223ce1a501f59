import type { PlainObject } from "@weft/contracts";
import type { Identity } from "./call.js";
import type { Selector } from "./selection/selector.js";

/** What a hook, a permission callback or a resolver sees of a call. */
export interface CallView {
  readonly requestId: string;
  readonly service: string;
  readonly functionName: string;
  readonly version: string;
  readonly identity: Identity;
  readonly deviceId: string;
  /** IP address. */
  readonly peerAddress: string;
  /** As the caller sent them, not yet checked. Not to be changed: a before hook answers those that it wants. */
  readonly args: Readonly<PlainObject>;
}

/** Decides whether a caller may run a function; only exactly `true` allows. `fixed` are the declaration's own arguments. */
export type PermissionCallback = (call: CallView, ...fixed: readonly unknown[]) => unknown;

/**
 * What a before hook wants: `{args}`, other arguments; `{error: "text"}`, the call's refusal. A throw refuses too; only a
 * WeftError reaches the caller as it is. Anything else lets the call go on unchanged.
 */
export type BeforeHook = (call: CallView, ...fixed: readonly unknown[]) => unknown;

/**
 * Answers the result that the caller gets; `undefined` keeps the one it is given. Of a call that failed, or that the before
 * hook refused, it is given `{error: {code, reason, message}}`, of a stream `{started: {node}}`: there the answer is not used.
 */
export type AfterHook = (call: CallView, result: unknown, ...fixed: readonly unknown[]) => unknown;

/** Answers the nodes that may run a call: ids or host:port, as a list or a promise of one. */
export type NodeResolver = (call: CallView, ...fixed: readonly unknown[]) => unknown;

/**
 * What plugins offer under a name for functions to declare. Filled once for each chain, by the callback `provide`; the
 * outermost plugin that offers a name wins.
 */
export interface Provided {
  readonly selectors: ReadonlyMap<string, Selector>;
  readonly resolvers: ReadonlyMap<string, NodeResolver>;
  readonly permissionCallbacks: ReadonlyMap<string, PermissionCallback>;
  readonly beforeHooks: ReadonlyMap<string, BeforeHook>;
  readonly afterHooks: ReadonlyMap<string, AfterHook>;
}

/** The same, open for additions. */
export interface Offers {
  selector(name: string, selector: Selector): void;
  resolver(name: string, resolver: NodeResolver): void;
  permissionCallback(name: string, callback: PermissionCallback): void;
  beforeHook(name: string, hook: BeforeHook): void;
  afterHook(name: string, hook: AfterHook): void;
}

/** Collects what plugins offer. */
export function collectOffers(offerAll: (offers: Offers) => void): Provided {
  const selectors = new Map<string, Selector>();
  const resolvers = new Map<string, NodeResolver>();
  const permissionCallbacks = new Map<string, PermissionCallback>();
  const beforeHooks = new Map<string, BeforeHook>();
  const afterHooks = new Map<string, AfterHook>();
  offerAll({
    selector: firstOf(selectors),
    resolver: firstOf(resolvers),
    permissionCallback: firstOf(permissionCallbacks),
    beforeHook: firstOf(beforeHooks),
    afterHook: firstOf(afterHooks),
  });
  return { selectors, resolvers, permissionCallbacks, beforeHooks, afterHooks };
}

export const nothingProvided: Provided = collectOffers(() => {});

function firstOf<Value>(map: Map<string, Value>): (name: string, value: Value) => void {
  return (name, value) => {
    if (!map.has(name)) map.set(name, value);
  };
}
