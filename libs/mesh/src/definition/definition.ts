import type { ArgumentSpecs } from "../arguments/spec.js";

/** How a function answers: one result, items, one result later, or nothing. */
export type Mode = "sync" | "stream" | "async" | "none";

/** Who may call: everybody, every user, the user whose id stands in an argument, or users with one of the roles. */
export type Permission =
  | "public"
  | "any_authenticated"
  | { readonly arg: string }
  | { readonly role: readonly string[] };

/** Values of plain data that a callback, hook or resolver gets behind the call. */
export type Fixed = readonly unknown[];

/** The name of a permission callback that the caller's plugins provide. */
export type CallbackReference = string | { readonly callback: string; readonly fixed: Fixed };

/** The name of a hook that the caller's plugins provide. */
export type HookReference = string | { readonly hook: string; readonly fixed: Fixed };

/**
 * Where a function runs: nodes by id or host:port, the process of the caller, or the nodes that a resolver answers, which the
 * caller's plugins provide.
 */
export type Nodes = readonly string[] | "local" | { readonly resolver: string; readonly fixed?: Fixed };

/**
 * Which node gets a call. hash and sticky go by the request id unless they name an argument or a field of the request, such
 * as user_id; a selector is one that the caller's plugins provide.
 */
export type Select =
  | "random"
  | "round_robin"
  | "hash"
  | { readonly hash: string }
  | "sticky"
  | { readonly sticky: string }
  | "least_request"
  | "weighted"
  | { readonly selector: string };

/** Attempts beyond the first, at least 1: a bare number means other nodes. */
export type Retry = number | { readonly same_node: number } | { readonly all_nodes: number };

/** Time limits and delivery of a stream. */
export interface StreamDeclaration {
  /** Longest wait for the first item. Defaults to 30,000. */
  readonly firstItemMs?: number;
  /** Longest gap between items. Defaults to 300,000; 0: no limit. */
  readonly idleMs?: number;
  /** Longest life. Defaults to `timeoutMs`. */
  readonly totalMs?: number;
  /** What happens when the reader is slower than the function. Defaults to block: the function waits. */
  readonly overflow?: "block" | "drop_oldest" | "close";
  /** A reader may go on after a loss. Defaults to false. */
  readonly resumable?: boolean;
}

/** Which results may be kept, and for how long. */
export interface ResultCacheDeclaration {
  /** The arguments that make up the key. Defaults to all. */
  readonly key?: readonly string[];
  readonly ttlMs: number;
  /** How long after that a result may still be given while a new one is fetched. Defaults to 0. */
  readonly staleMs?: number;
}

/** At most so many calls in a sliding window, for each value of a key. */
export interface RateLimitDeclaration {
  /** user_id, device_id, ip_address, or the name of an argument. */
  readonly key: string;
  /** 1 to 1,000,000: the time of each call is remembered. */
  readonly max: number;
  readonly windowMs: number;
}

/** Calls at once, and calls that wait for their turn. */
export interface ConcurrencyDeclaration {
  readonly max: number;
  /** Defaults to 0: none waits. */
  readonly queue?: number;
}

/** A call and what it gives, for readers. */
export interface ExampleDeclaration {
  readonly name?: string;
  readonly args?: Readonly<Record<string, unknown>>;
  /** For a stream one item. */
  readonly result?: unknown;
}

/** A function as code declares it. The wire form is weft.v1.FunctionConfig, the rules are `definitionProblems`. */
export interface Definition {
  readonly service: string;
  readonly function: string;
  /** Defaults to every node that publishes the function. */
  readonly nodes?: Nodes;
  /** Defaults to random. */
  readonly select?: Select;
  /** 100 to 300,000, or Infinity. Defaults to 5,000; a stream has no limit by default. */
  readonly timeoutMs?: number;
  /** Values of plain data that the handler gets in front of the caller's arguments. */
  readonly preset?: Fixed;
  readonly args?: ArgumentSpecs;
  /** One object, or the values in the order of these names. Defaults to map. */
  readonly argOrder?: "map" | readonly string[];
  /** Missing, null and undeclared arguments go to the handler, which answers. Defaults to false. */
  readonly openArguments?: boolean;
  /** Defaults to sync. */
  readonly mode?: Mode;
  /** Defaults to any_authenticated: a function is open only where it says so. */
  readonly permission?: Permission;
  /** Decides instead of `permission`. */
  readonly permit?: CallbackReference;
  /** The handler gets request id, user id and device id behind its arguments. Defaults to false. */
  readonly requestInfo?: boolean;
  /** Of the function's contract, semver by custom. Absent unless callers must choose. */
  readonly version?: string;
  /** Every call is refused. Defaults to false. */
  readonly disabled?: boolean;
  /** Further attempts after an error answer. Defaults to none. */
  readonly retry?: Retry;
  /** Sees each call first, and may change or refuse it. */
  readonly before?: HookReference;
  /** Sees each result, and may replace it. */
  readonly after?: HookReference;
  /** For each hook. Defaults to 5,000. */
  readonly hookTimeoutMs?: number;
  /** True if running it twice does no harm: then it is tried again after a loss. Defaults to false. */
  readonly idempotent?: boolean;
  /** Only for functions of the mode stream. */
  readonly stream?: StreamDeclaration;
  /** Defaults to keeping no results. */
  readonly resultCache?: ResultCacheDeclaration;
  /** All of them must admit a call. */
  readonly rateLimits?: readonly RateLimitDeclaration[];
  /** Defaults to the limits of the caller alone. */
  readonly concurrency?: ConcurrencyDeclaration;
  /** One line for lists. */
  readonly summary?: string;
  readonly description?: string;
  /** Words to find the function by. */
  readonly tags?: readonly string[];
  readonly examples?: readonly ExampleDeclaration[];
  /** JSON Schema 2020-12 of the result, or of one item of a stream. Results are not checked by it. */
  readonly resultSchema?: Readonly<Record<string, unknown>>;
}

/** What a definition may hold: what it declares, and the handler where it is at hand. */
export type DefinitionField = keyof Definition | "handler";

/** A definition of which nothing is known yet: JavaScript and other nodes declare functions too. */
export type LooseDefinition = Readonly<Record<string, unknown>>;
