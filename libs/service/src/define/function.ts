import type { ArgumentSpecs, ArgumentsOf, Definition, KnownOptions, Mode, StreamDeclaration } from "@weft/mesh";
import { type CallbackDeclaration, callback } from "./callback.js";
import type { HandlerContext } from "./handler-context.js";

/** What a function says of itself; its name is the key that it has in its service. */
export interface FunctionDeclaration<
  Specs extends ArgumentSpecs = ArgumentSpecs,
  Order extends OrderOf<Specs> = OrderOf<Specs>,
  Preset extends readonly unknown[] = readonly unknown[],
  Info extends boolean = boolean,
> extends Omit<
    Definition,
    "service" | "function" | "mode" | "args" | "argOrder" | "preset" | "requestInfo" | "stream"
  > {
  readonly args?: Specs;
  /** One object, or the values in the order of these names. Defaults to map. */
  readonly argOrder?: Order;
  /** Values of plain data that the handler gets in front of the caller's arguments. */
  readonly preset?: readonly [...Preset];
  /** The handler gets a RequestInfo behind its arguments. Defaults to false. */
  readonly requestInfo?: Info;
}

type OrderOf<Specs extends ArgumentSpecs> = "map" | readonly (keyof Specs & string)[];

/** Who calls, for handlers that ask for it by `requestInfo`. */
export interface RequestInfo {
  readonly request_id: string;
  readonly user_id: string;
  readonly device_id: string;
}

/** What a handler is called with: preset arguments, the caller's, and what `requestInfo` asks for. */
type HandlerArguments<
  Specs extends ArgumentSpecs,
  Order extends OrderOf<Specs>,
  Preset extends readonly unknown[],
  Info extends boolean,
> = [...Preset, ...CallerArguments<Specs, Order>, ...(Info extends true ? [info: RequestInfo] : [])];

type CallerArguments<Specs extends ArgumentSpecs, Order extends OrderOf<Specs>> = Order extends readonly string[]
  ? Order extends readonly []
    ? SoleArgument<Specs>
    : { -readonly [Place in keyof Order]: ArgumentsOf<Specs>[Order[Place] & keyof Specs] }
  : [args: ArgumentsOf<Specs>];

/** The order [] is that of one argument, or of none. */
type SoleArgument<Specs extends ArgumentSpecs> = string extends keyof Specs ? [] : [ArgumentsOf<Specs>[keyof Specs]];

type Handler<Args extends readonly unknown[], Answer> = (...args: [...Args, context: HandlerContext]) => Answer;

export type UnaryHandler<Args> = Handler<[args: Args], unknown>;
export type StreamHandler<Args> = Handler<[args: Args], AsyncIterable<unknown>>;

/** A function as a service hosts it. */
export type FunctionDefinition = Omit<Definition, "service" | "function"> & {
  // The arguments were checked against `args` before, so the handler's own type holds.
  readonly handler: (...args: never) => unknown;
};

/**
 * A function that gives one answer. The handler's argument types follow from `args`; it answers plain data, or throws a
 * WeftError, which reaches the caller as it is. Any other throw is INTERNAL, its text kept for the log.
 */
export function fn<
  const Specs extends ArgumentSpecs,
  const Order extends OrderOf<Specs> = "map",
  Preset extends readonly unknown[] = [],
  Info extends boolean = false,
>(
  definition: FunctionDeclaration<Specs & KnownOptions<Specs>, Order, Preset, Info> & {
    /** sync: the caller waits for the answer; async: it asks for it later; none: there is none. Defaults to sync. */
    readonly mode?: Exclude<Mode, "stream">;
    readonly handler: Handler<HandlerArguments<Specs, Order, Preset, Info>, unknown>;
  },
): FunctionDefinition {
  return { ...definition } as FunctionDefinition;
}

/** A function that gives items, one at a time, as fast as the caller reads. What it throws before the first item is the call's answer. */
fn.stream = <
  const Specs extends ArgumentSpecs,
  const Order extends OrderOf<Specs> = "map",
  Preset extends readonly unknown[] = [],
  Info extends boolean = false,
>(
  definition: FunctionDeclaration<Specs & KnownOptions<Specs>, Order, Preset, Info> & {
    readonly stream?: StreamDeclaration;
    readonly handler: Handler<HandlerArguments<Specs, Order, Preset, Info>, AsyncIterable<unknown>>;
  },
): FunctionDefinition => ({ ...definition, mode: "stream" }) as FunctionDefinition;

/** A permission callback or hook for functions of the same service, which no client may call. */
fn.callback = <Rest extends readonly unknown[]>(declaration: CallbackDeclaration<Rest>): FunctionDefinition =>
  callback(declaration);
