import type { ExecuteRequest, StreamRequest, StreamResponse } from "@weft/contracts/node";
import { type Clock, Code, Deadlines, type Logger, Reason, WeftError } from "@weft/core";
import type { EnteredCall, Service } from "@weft/plugin-chain";
import type { PublishedSet } from "../define/publish.js";
import type { Send } from "../rpc/sender.js";
import { createAnswers } from "./answers.js";
import { JoinedGets } from "./cache/joined-gets.js";
import type { Hosting } from "./hosting.js";
import { type Arrival, type Arrived, incomingCall } from "./incoming-call.js";
import type { Outgoing } from "./outgoing.js";
import { produce } from "./produce.js";

export interface NodeHostOptions {
  readonly service: string;
  readonly published: PublishedSet;
  /** The plugins around the handlers. */
  readonly plugins: Pick<Service<Hosting>, "enter">;
  /** For the calls that handlers make. */
  readonly outgoing: Outgoing;
  readonly limits: HostLimits;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The settings that concern calls, however they come. */
export interface HostLimits {
  readonly maxRequestBytes: number;
  readonly maxResponseBytes: number;
  readonly detailErrors: boolean;
}

/**
 * Runs the functions of one node, whatever the way their calls come in: found, checked, converted, run inside the chain of
 * the service's plugins, encoded. Bytes in, bytes or a WeftError out.
 */
export interface NodeHost {
  readonly published: PublishedSet;
  readonly limits: HostLimits;
  /** Ends when the handler does, also when the signal has fired before. The answer is JSON. */
  execute(request: ExecuteRequest, arrival: Arrival): Promise<Buffer>;
  /** Ends with the stream, or when the signal fires. */
  stream(request: StreamRequest, arrival: Arrival, send: Send<StreamResponse>): Promise<void>;
}

/** A call whose handler has not ended. */
interface RunningCall {
  readonly startedAt: number;
  readonly endsAt: number;
  readonly abort: AbortController;
  readonly plugins: EnteredCall<Hosting>;
}

export function createNodeHost(options: NodeHostOptions): NodeHost {
  const { published, plugins, limits, clock } = options;
  const answers = createAnswers(limits);
  const callOptions = { ...options, cacheGets: new JoinedGets(options.outgoing, clock) };
  const running = new Set<RunningCall>();
  // grpc-js tells of its own deadline alone, and other ways in of none.
  const deadlines = new Deadlines(running, clock, ({ abort, startedAt, endsAt }) =>
    abort.abort(timedOut(endsAt - startedAt)),
  );

  /** From here on its time runs. Refuses a call that is late already. */
  function begin({ endsAt }: Arrived, { abort }: Arrival): RunningCall {
    const startedAt = clock.now();
    if (endsAt <= startedAt) throw timedOut(0);
    const call: RunningCall = { startedAt, endsAt, abort, plugins: plugins.enter() };
    running.add(call);
    deadlines.added(endsAt);
    return call;
  }

  function end(call: RunningCall, { call: incoming }: Arrived, error: WeftError | undefined): void {
    running.delete(call);
    if (running.size === 0) deadlines.stop();
    call.plugins.dispatch.handled(incoming, { error, elapsedMs: clock.now() - call.startedAt });
    call.plugins.leave();
  }

  return {
    published,
    limits,
    async execute(request, arrival) {
      const arrived = incomingCall(request, "unary", arrival, callOptions);
      const call = begin(arrived, arrival);
      let json: Buffer;
      try {
        let value: unknown;
        try {
          value = await call.plugins.dispatch.handle(arrived.call);
        } catch (thrown) {
          throw answers.failure(thrown, arrived.call);
        }
        json = answers.encode(value, arrived.call, "response");
      } catch (thrown) {
        end(call, arrived, WeftError.from(thrown));
        throw thrown; // as it is, so that the boundary logs in full what nobody foresaw
      }
      end(call, arrived, undefined);
      return json;
    },
    async stream(request, arrival, send) {
      const arrived = incomingCall(request, "stream", arrival, callOptions);
      const call = begin(arrived, arrival);
      try {
        await produce(arrived.call, () => call.plugins.dispatch.produce(arrived.call), send, { clock, answers });
      } catch (thrown) {
        end(call, arrived, WeftError.from(thrown));
        throw thrown;
      }
      end(call, arrived, undefined);
    },
  };
}

/** Says nothing of whose clock it was: the caller knows, and words it. */
function timedOut(limitMs: number): WeftError {
  return new WeftError(Code.DeadlineExceeded, `Request timed out after ${Math.round(limitMs)}ms`, {
    reason: Reason.Timeout,
  });
}
