import type { Logger } from "@weft/core";
import type { ArgumentSpecs, ArgumentsOf, CallShape, Identity, KnownOptions } from "@weft/mesh";

/** What a handler knows of the call beside its arguments. */
export interface HandlerContext {
  readonly requestId: string;
  readonly identity: Identity;
  /** Fires when the caller cancels, the time is up, or the stream is stopped: then nobody waits for the answer. */
  readonly signal: AbortSignal;
  /** Milliseconds left for the answer; Infinity where there is no limit. */
  timeLeftMs(): number;
  readonly logger: Logger;
}

/** Who may call: everybody, every user, the user whose id stands in an argument, or users with one of the roles. */
export type Permission =
  | "public"
  | "any_authenticated"
  | { readonly arg: string }
  | { readonly role: readonly string[] };

/** Which node gets a call: any, each in turn, or the same one for the same request id or the same argument. */
export type Select = "random" | "round_robin" | "hash" | { readonly hash: string };

/** What a function says of itself. */
export interface FunctionDeclaration<Specs extends ArgumentSpecs = ArgumentSpecs> {
  /** One line for lists. */
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  /** The contract's version. Absent unless callers must choose. */
  readonly version?: string;
  readonly args?: Specs;
  /** Missing, null and undeclared arguments go to the handler, which answers. Defaults to false. */
  readonly openArguments?: boolean;
  /** Defaults to any_authenticated: a function is open only where it says so. */
  readonly permission?: Permission;
  /** Defaults to random. */
  readonly select?: Select;
  /** 100 to 300,000, or Infinity. Defaults to 5,000; a stream has no limit by default. */
  readonly timeoutMs?: number;
  /** True if running it twice does no harm: then it is tried again after a loss. Defaults to false. */
  readonly idempotent?: boolean;
}

export type UnaryHandler<Args> = (args: Args, context: HandlerContext) => unknown;
export type StreamHandler<Args> = (args: Args, context: HandlerContext) => AsyncIterable<unknown>;

/** A function as a service hosts it. */
export type FunctionDefinition = FunctionDeclaration & {
  readonly shape: CallShape;
  // The arguments were checked against `args` before, so the handler's own type holds.
  readonly handler: UnaryHandler<never> | StreamHandler<never>;
};

/**
 * A function that gives one answer. The handler's argument types follow from `args`; it answers plain data, or throws a
 * WeftError, which reaches the caller as it is. Any other throw is INTERNAL, its text kept for the log.
 */
export function fn<const Specs extends ArgumentSpecs>(
  definition: FunctionDeclaration<Specs & KnownOptions<Specs>> & { readonly handler: UnaryHandler<ArgumentsOf<Specs>> },
): FunctionDefinition {
  return { ...definition, shape: "unary" };
}

/** A function that gives items, one at a time, as fast as the caller reads. What it throws before the first item is the call's answer. */
fn.stream = <const Specs extends ArgumentSpecs>(
  definition: FunctionDeclaration<Specs & KnownOptions<Specs>> & {
    readonly handler: StreamHandler<ArgumentsOf<Specs>>;
  },
): FunctionDefinition => ({ ...definition, shape: "stream" });
