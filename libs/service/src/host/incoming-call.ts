import { decodeJsonObject } from "@weft/contracts";
import type { ExecuteRequest } from "@weft/contracts/node";
import { type Clock, Code, type Logger, Reason, WeftError } from "@weft/core";
import { type CallShape, invalidArguments } from "@weft/mesh";
import type { HostedFunction, PublishedSet } from "../define/publish.js";
import type { RpcContext } from "../rpc/rpc-context.js";
import type { IncomingCall } from "./hosting.js";

// A cycle of services that call each other ends here.
const maxHops = 16;

export interface IncomingCallOptions {
  readonly service: string;
  readonly published: PublishedSet;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Makes a call for a handler of what another process sent: found, checked again by the same schema, converted. */
export function incomingCall(
  request: ExecuteRequest,
  shape: CallShape,
  rpc: RpcContext,
  options: IncomingCallOptions,
): IncomingCall {
  const { service, clock, logger } = options;
  const { definition, variant } = find(request, options);
  if (variant.shape !== shape) throw wrongShape(request, variant.shape);
  const { context } = request;
  if (context === undefined)
    throw new WeftError(Code.InvalidArgument, "Missing required fields: context", { reason: Reason.MissingField });
  if (context.hop > maxHops)
    throw new WeftError(Code.FailedPrecondition, `this call is more than ${maxHops} calls deep`, {
      reason: Reason.HopLimit,
      metadata: { allowed: String(maxHops) },
    });

  const { requestId, userId, roles, tenant, timeoutMs } = context;
  rpc.trailers.set("x-request-id", requestId);
  const { values, violations } = variant.arguments.check(decodeJsonObject(request.argsJson).value);
  if (violations.length > 0) throw invalidArguments(violations);

  const [args] = variant.arguments.convert(values); // nothing where nothing is declared
  const endsAt = timeoutMs === 0 ? rpc.deadlineAt : Math.min(rpc.deadlineAt, clock.now() + timeoutMs);
  return {
    service,
    functionName: request.function,
    version: request.version,
    definition,
    args: args ?? {},
    caller: context.caller,
    attempt: context.attempt,
    context: {
      requestId,
      identity: { userId, roles, tenant, deviceId: "" }, // what limits need of devices was checked before
      signal: rpc.abort.signal,
      timeLeftMs: () => endsAt - clock.now(),
      logger,
    },
  };
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
