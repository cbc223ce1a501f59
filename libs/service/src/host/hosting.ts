import { WeftError } from "@weft/core";
import { around, notify } from "@weft/plugin-chain";
import type { FunctionDefinition } from "../define/function.js";
import type { HandlerContext } from "../define/handler-context.js";

/** A call that has arrived at the node that runs it. */
export interface IncomingCall {
  readonly service: string;
  readonly functionName: string;
  readonly version: string;
  readonly definition: FunctionDefinition;
  /**
   * What the handler gets in front of the context: preset arguments, then the call's own, checked and converted, then what
   * `requestInfo` asks for.
   */
  readonly args: readonly unknown[];
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
type Handler = (...args: readonly unknown[]) => unknown;

async function runHandler(call: IncomingCall): Promise<unknown> {
  try {
    return await (call.definition.handler as Handler)(...call.args, call.context);
  } catch (thrown) {
    throw inOwnDomain(thrown, call);
  }
}

function runProducer(call: IncomingCall): AsyncIterable<unknown> {
  const items = (call.definition.handler as Handler)(...call.args, call.context) as AsyncIterable<unknown>;
  return {
    [Symbol.asyncIterator]() {
      const own = items[Symbol.asyncIterator]();
      const failed = (thrown: unknown) => Promise.reject(inOwnDomain(thrown, call));
      return {
        next: () => own.next().then(undefined, failed),
        return: async () => (await own.return?.()) ?? { done: true, value: undefined },
      };
    },
  };
}

/**
 * A refusal is the handler's own, also one that it passes on from a call which it made: else whoever called it would read
 * "never processed" of a call that this handler has processed.
 */
function inOwnDomain(thrown: unknown, { service }: IncomingCall): unknown {
  return thrown instanceof WeftError && thrown.domain !== service ? thrown.with({ domain: service }) : thrown;
}
