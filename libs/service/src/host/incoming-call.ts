import { decodeJsonObject, decodeListValue } from "@weft/contracts";
import { ArgumentOrder, type FunctionConfig } from "@weft/contracts/function";
import type { CallContext, ExecuteRequest } from "@weft/contracts/node";
import { type Clock, Code, type Logger, Reason, WeftError } from "@weft/core";
import { type CallShape, invalidArguments } from "@weft/mesh";
import type { HostedFunction, PublishedSet } from "../define/publish.js";
import type { JoinedGets } from "./cache/joined-gets.js";
import { createHandlerContext } from "./create-handler-context.js";
import { checkHops } from "./hop-limit.js";
import type { IncomingCall } from "./hosting.js";
import type { Outgoing } from "./outgoing.js";

/** How long a call may take, and what ends it early. */
export interface Arrival {
  /** When the caller stops waiting, on the monotonic clock; Infinity: never said. */
  readonly deadlineAt: number;
  /** Fires when nobody waits for the call any more. Its reason is a WeftError. */
  readonly abort: AbortController;
}

/** A call ready for its handler, and when its time is up. */
export interface Arrived {
  readonly call: IncomingCall;
  /** On the monotonic clock; Infinity: never. */
  readonly endsAt: number;
}

export interface IncomingCallOptions {
  readonly service: string;
  readonly published: PublishedSet;
  /** For the calls that handlers make. */
  readonly outgoing: Outgoing;
  readonly cacheGets: JoinedGets;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Makes a call for a handler of what another process sent: found, checked again by the same schema, converted. */
export function incomingCall(
  request: ExecuteRequest,
  shape: CallShape,
  arrival: Arrival,
  options: IncomingCallOptions,
): Arrived {
  const { service, clock } = options;
  const { definition, variant } = find(request, options);
  if (variant.shape !== shape) throw wrongShape(request, variant.shape);
  const { context } = request;
  if (context === undefined)
    throw new WeftError(Code.InvalidArgument, "Missing required fields: context", { reason: Reason.MissingField });
  checkHops(context.hop);

  const { values, violations } = variant.arguments.check(decodeJsonObject(request.argsJson).value);
  if (violations.length > 0) throw invalidArguments(violations);

  const { timeoutMs } = context;
  const endsAt = timeoutMs === 0 ? arrival.deadlineAt : Math.min(arrival.deadlineAt, clock.now() + timeoutMs);
  const call: IncomingCall = {
    service,
    functionName: request.function,
    version: request.version,
    definition,
    args: handlerArguments(variant.config, variant.arguments.convert(values), context),
    caller: context.caller,
    attempt: context.attempt,
    context: createHandlerContext(context, { endsAt, abort: arrival.abort }, options),
  };
  return { call, endsAt };
}

/** Preset arguments are decoded for each call, since a handler may change what it gets. */
function handlerArguments(config: FunctionConfig, converted: readonly unknown[], context: CallContext): unknown[] {
  const args = config.presetArguments.length === 0 ? [] : decodeListValue(config.presetArguments);
  if (config.argumentOrder === ArgumentOrder.ARGUMENT_ORDER_LIST) args.push(...converted);
  else args.push(converted[0] ?? {}); // nothing where nothing is declared
  const { requestId: request_id, userId: user_id, deviceId: device_id } = context;
  if (config.requestInfo) args.push({ request_id, user_id, device_id });
  return args;
}

function find(request: ExecuteRequest, { service, published }: IncomingCallOptions): HostedFunction {
  const hosted = request.service === service ? published.find(request.function, request.version) : undefined;
  if (hosted !== undefined) return hosted;
  const version = request.version || "latest";
  throw new WeftError(Code.Unimplemented, `unsupported function: ${request.function} version ${version}`, {
    reason: Reason.FunctionNotFound,
    metadata: { service: request.service, function: request.function, version },
  });
}

function wrongShape(request: ExecuteRequest, shape: CallShape): WeftError {
  const allowed = shape === "stream" ? "Stream" : "Execute";
  return new WeftError(Code.FailedPrecondition, `${request.service}.${request.function} is called by ${allowed}`, {
    reason: Reason.WrongCallShape,
    metadata: { allowed },
  });
}
