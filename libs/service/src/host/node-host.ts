import type { ExecuteRequest, StreamRequest, StreamResponse } from "@weft/contracts/node";
import { type Clock, Code, type Logger, Reason, WeftError } from "@weft/core";
import type { Dispatch, Service } from "@weft/plugin-chain";
import type { PublishedSet } from "../define/publish.js";
import type { Send } from "../rpc/sender.js";
import { createAnswers } from "./answers.js";
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

export function createNodeHost(options: NodeHostOptions): NodeHost {
  const { published, plugins, limits, clock } = options;
  const answers = createAnswers(limits);

  async function settling<Result>(
    { call, endsAt }: Arrived,
    { abort }: Arrival,
    run: (chain: Dispatch<Hosting>) => Promise<Result>,
  ): Promise<Result> {
    const startedAt = clock.now();
    if (endsAt <= startedAt) throw timedOut(0);
    const entered = plugins.enter();
    // grpc-js tells of its own deadline alone, and other ways in of none.
    const stopClock = after(endsAt - startedAt, () => abort.abort(timedOut(endsAt - startedAt)));
    let error: WeftError | undefined;
    try {
      return await run(entered.dispatch);
    } catch (thrown) {
      error = WeftError.from(thrown);
      throw thrown; // as it is, so that the boundary logs in full what nobody foresaw
    } finally {
      stopClock();
      entered.dispatch.handled(call, { error, elapsedMs: clock.now() - startedAt });
      entered.leave();
    }
  }

  function after(waitMs: number, action: () => void): () => void {
    return waitMs === Number.POSITIVE_INFINITY ? () => {} : clock.after(waitMs, action);
  }

  return {
    published,
    limits,
    async execute(request, arrival) {
      const arrived = incomingCall(request, "unary", arrival, options);
      const { call } = arrived;
      return settling(arrived, arrival, async (chain) => {
        let value: unknown;
        try {
          value = await chain.handle(call);
        } catch (thrown) {
          throw answers.failure(thrown, call);
        }
        return answers.encode(value, call, "response");
      });
    },
    async stream(request, arrival, send) {
      const arrived = incomingCall(request, "stream", arrival, options);
      const { call } = arrived;
      await settling(arrived, arrival, (chain) => produce(call, () => chain.produce(call), send, { clock, answers }));
    },
  };
}

/** Says nothing of whose clock it was: the caller knows, and words it. */
function timedOut(limitMs: number): WeftError {
  return new WeftError(Code.DeadlineExceeded, `Request timed out after ${Math.round(limitMs)}ms`, {
    reason: Reason.Timeout,
  });
}
