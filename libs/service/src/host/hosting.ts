import type { WeftError } from "@weft/core";
import { around, notify } from "@weft/plugin-chain";
import type { FunctionDefinition, HandlerContext, StreamHandler, UnaryHandler } from "../define/function.js";

/** A call that has arrived at the node that runs it. */
export interface IncomingCall {
  readonly service: string;
  readonly functionName: string;
  readonly version: string;
  readonly definition: FunctionDefinition;
  /** Checked and converted, as the handler gets them. */
  readonly args: unknown;
  readonly context: HandlerContext;
  /** Id of the process that sent it. */
  readonly caller: string;
  readonly attempt: number;
}

/** How a hosted call ended. */
export interface HandledOutcome {
  readonly error: WeftError | undefined;
  readonly elapsedMs: number;
}

/** What the plugins of a service may implement: they stand around its handlers, which are the bottom of the chain. */
export const hosting = {
  /** Around a handler that gives one answer. */
  handle: around<[call: IncomingCall], Promise<unknown>>({ default: runHandler }),
  /** Around a handler that gives items. */
  produce: around<[call: IncomingCall], AsyncIterable<unknown>>({ default: runProducer }),
  /** Once for every call, when it is over. */
  handled: notify<[call: IncomingCall, outcome: HandledOutcome]>({ arity: 2 }),
};
export type Hosting = typeof hosting;

// The arguments were checked and converted by the schema that the handler's types follow from.
async function runHandler({ definition, args, context }: IncomingCall): Promise<unknown> {
  return (definition.handler as UnaryHandler<unknown>)(args, context);
}

function runProducer({ definition, args, context }: IncomingCall): AsyncIterable<unknown> {
  return (definition.handler as StreamHandler<unknown>)(args, context);
}
