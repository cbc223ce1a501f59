import { decodeResult, encodeJson, parseFunctionName } from "@weft/contracts";
import type { CallContext } from "@weft/contracts/node";
import { type Clock, Code, Reason, WeftError } from "@weft/core";
import { CallAbort, type CallRequest, type CallShape, type Identity, isAborted, type Trace } from "@weft/mesh";
import type { NestedCallOptions, NestedCalls } from "../define/handler-context.js";
import { callerGone } from "../rpc/rpc-context.js";
import { type Children, createChildren } from "./children.js";
import { checkHops } from "./hop-limit.js";
import type { Outgoing } from "./outgoing.js";
import { pulled } from "./pulled.js";

/** The call whose handler makes others. */
export interface Origin {
  readonly context: CallContext;
  readonly identity: Identity;
  readonly trace: Trace;
  readonly endsAt: number;
  /** Fires when nobody waits for it any more. */
  readonly abort: Pick<AbortController, "signal">;
}

export interface NestedCallsOptions {
  readonly outgoing: Outgoing;
  readonly clock: Clock;
}

/** The calls that one handler makes: they inherit who asked, the trace and the time left, and end with it. */
export function nestedCalls(origin: Origin, { outgoing, clock }: NestedCallsOptions): NestedCalls {
  let children: Children | undefined;

  /** Runs a call as a child of the handler's, and forgets it when it is over. */
  async function within<Result>(
    abort: AbortController,
    { signal }: NestedCallOptions,
    run: () => Promise<Result>,
  ): Promise<Result> {
    children ??= createChildren(origin.abort);
    const release = children.add(abort, signal);
    try {
      if (isAborted(abort)) throw abort.signal.reason;
      return await run();
    } finally {
      release();
    }
  }

  return {
    async call<Result>(name: string, args: object = {}, options: NestedCallOptions = {}): Promise<Result> {
      const request = nestedRequest(origin, name, args, "unary", options, clock);
      const abort = new CallAbort();
      return within(abort, options, async () => {
        const mesh = await outgoing.mesh();
        const call = mesh.newCall(request, abort);
        const { json } = await mesh.execute(call);
        return (call.isAcknowledged ? undefined : decodeResult(json)) as Result;
      });
    },

    stream<Item>(name: string, args: object = {}, options: NestedCallOptions = {}): AsyncIterable<Item> {
      const abort = new CallAbort();
      return pulled<Item>(
        async (give) => {
          const request = nestedRequest(origin, name, args, "stream", options, clock);
          await within(abort, options, async () => {
            const mesh = await outgoing.mesh();
            await mesh.stream(mesh.newCall(request, abort), {
              accepted() {},
              item: ({ json }) => give(decodeResult(json) as Item),
            });
          });
        },
        () => abort.abort(callerGone()),
      );
    },
  };
}

function nestedRequest(
  { context, identity, trace, endsAt }: Origin,
  name: string,
  args: object,
  shape: CallShape,
  options: NestedCallOptions,
  clock: Clock,
): CallRequest {
  const { version = "", node, timeoutMs = Number.POSITIVE_INFINITY, idempotencyKey = "" } = options;
  const hop = context.hop + 1;
  checkHops(hop);
  const { service, function: functionName } = parseFunctionName(name);
  return {
    service,
    functionName,
    requestId: context.requestId,
    version,
    node,
    shape,
    identity,
    peerAddress: context.peerAddress,
    deviceId: context.deviceId,
    idempotencyKey,
    trace,
    payload: { $case: "argsJson", value: encodedArguments(args) },
    deadlineAt: Math.min(endsAt, clock.now() + timeoutMs),
    hop,
  };
}

function encodedArguments(args: object): Uint8Array {
  try {
    return encodeJson(args);
  } catch (error) {
    throw new WeftError(Code.InvalidArgument, `the arguments cannot be sent: ${(error as Error).message}`, {
      reason: Reason.InvalidPayload,
      cause: error,
    });
  }
}
