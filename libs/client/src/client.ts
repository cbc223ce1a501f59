import { type ChannelCredentials, credentials as channelCredentials } from "@grpc/grpc-js";
import { channelOptions, decodeResult, encodeJson, parseFunctionName } from "@weft/contracts";
import {
  type DescribeFunctionResponse,
  Encoding,
  type ExecuteRequest,
  type ExecuteResponse,
  type ExplainCallResponse,
  type FunctionSummary,
  GatewayServiceClient,
} from "@weft/contracts/gateway";
import { type Clock, Code, Reason, systemClock, WeftError } from "@weft/core";
import { createExecute } from "./execute.js";
import { type Headers, headersFrom } from "./headers.js";
import { type Outcome, type OutcomesOptions, outcomeOf, resultOf } from "./outcomes.js";
import { type ResultStream, resultStream } from "./result-stream.js";
import { openSessionRpc } from "./session/session-rpc.js";
import { createSessions } from "./session/sessions.js";
import { type UnaryOptions, unary } from "./unary.js";

export interface ClientOptions {
  /** TLS or plain text. Defaults to plain text, for loopback and development. */
  readonly credentials?: ChannelCredentials;
  /** Says who calls, as `authorization: Bearer TOKEN`. A function is asked anew for each call, so that it may change. */
  readonly token?: string | (() => string);
  /** Metadata of each call. Asked anew each time. */
  readonly metadata?: () => Readonly<Record<string, string>>;
  /**
   * The time a call may take when it does not say. Defaults to 30 s: the limits of functions are to decide, this one only
   * ends the wait for a gateway that has gone silent. For a stream it counts until the gateway has accepted it.
   */
  readonly timeoutMs?: number;
  /**
   * Whether calls that follow each other share one RPC (`Session`), which costs a fraction of one for each. Defaults to
   * true. False: each call is an RPC of its own, for proxies that spread RPCs over gateways, or hold streams back.
   */
  readonly batch?: boolean;
  /** Defaults to the system's. Deadlines of RPCs are the transport's business and pass it by. */
  readonly clock?: Clock;
}

export interface CallOptions {
  /** The whole call, or the whole stream, must end within this time. The function's own limit may be shorter. */
  readonly timeoutMs?: number;
  /** Cancels the call, and with it the function. */
  readonly signal?: AbortSignal;
  /** Found again in logs and traces. Defaults to an id that the gateway makes. */
  readonly requestId?: string;
  /** Of the function. Defaults to the latest. */
  readonly version?: string;
  /** A call that is sent again with the same key, 1 to 128 visible ASCII characters, gets the outcome of the first. */
  readonly idempotencyKey?: string;
}

export interface ExplainOptions extends CallOptions {
  /** Explains the call of somebody else; needs the admin action explain_as. */
  readonly as?: { readonly userId: string; readonly roles?: readonly string[] };
}

export type Arguments = Readonly<Record<string, unknown>>;

/** A connection to a gateway. Every failure is a WeftError. */
export interface Client {
  /**
   * Runs `service.function` and answers its result: plain JSON data, objects without a prototype, integers beyond 2^53 as
   * bigint. Undefined from a function whose outcome comes later (mode async: see `start`) or never (mode none).
   */
  call(name: string, args?: Arguments, options?: CallOptions): Promise<unknown>;
  /**
   * Starts a function of mode async. Answers the request id of the call, which was accepted then, to ask for its outcome
   * by. Throws WRONG_CALL_SHAPE for another mode, whose call is over.
   */
  start(name: string, args?: Arguments, options?: CallOptions): Promise<string>;
  /** What has become of an async call of the same user, by now. Throws RESULT_NOT_FOUND for one that is unknown or too old. */
  outcome(requestId: string, options?: Pick<CallOptions, "signal">): Promise<Outcome>;
  /** The result of an async call, once it is there. Throws what the call failed with; DEADLINE_EXCEEDED: it is still pending. */
  result(requestId: string, options?: Pick<CallOptions, "timeoutMs" | "signal">): Promise<unknown>;
  /** Runs a function of any mode and iterates over what it sends. */
  stream(name: string, args?: Arguments, options?: CallOptions): ResultStream;
  /** The enabled functions that the gateway knows, by service, function and version. */
  functions(options?: Pick<CallOptions, "timeoutMs" | "signal">): Promise<FunctionSummary[]>;
  /** One function in full: configuration, argument schema, example. */
  describe(name: string, options?: Omit<CallOptions, "requestId">): Promise<DescribeFunctionResponse>;
  /** What would become of a call, and why, without making it. */
  explain(name: string, args?: Arguments, options?: ExplainOptions): Promise<ExplainCallResponse>;
  /** Takes no more calls; those under way go on to their end. */
  close(): void;
}

// The most a gateway answers at once.
const pageSize = 1_000;

// A day, far above any function's limit: servers on grpc-js misread deadlines beyond 24.8 days.
const maxTimeoutMs = 86_400_000;

/** Connects to the gateway at `address` (`host:port`), at the first call. */
export function createClient(address: string, options: ClientOptions = {}): Client {
  const { credentials = channelCredentials.createInsecure(), timeoutMs = 30_000 } = options;
  const { batch = true, clock = systemClock } = options;
  const gateway = new GatewayServiceClient(address, credentials, channelOptions);
  const sessions = batch
    ? createSessions({ open: (metadata) => openSessionRpc(gateway, metadata), clock, random: Math.random })
    : undefined;
  const execute = createExecute({ alone: unary(gateway.execute.bind(gateway)), sessions, clock });
  const listFunctions = unary(gateway.listFunctions.bind(gateway));
  const describeFunction = unary(gateway.describeFunction.bind(gateway));
  const explainCall = unary(gateway.explainCall.bind(gateway));
  const getResult = unary(gateway.getResult.bind(gateway));

  let isClosed = false;
  const headers = (): Headers => {
    if (isClosed) throw new WeftError(Code.FailedPrecondition, "client is closed");
    return headersFrom(options);
  };
  const metadata = () => headers().toMetadata();
  const bounded = (limitMs: number) => Math.min(limitMs, maxTimeoutMs);
  const deadline = (limitMs: number) => new Date(Date.now() + bounded(limitMs));
  const settings = ({ timeoutMs: limitMs = timeoutMs, signal }: CallOptions): UnaryOptions => {
    return { metadata: metadata(), deadline: deadline(limitMs), signal };
  };

  function send(name: string, args: Arguments, options: CallOptions): Promise<ExecuteResponse> {
    const { timeoutMs: limitMs = timeoutMs, signal } = options;
    return execute(requestFor(name, args, options), { headers: headers(), timeoutMs: bounded(limitMs), signal });
  }
  const outcomes = ({ signal }: CallOptions): OutcomesOptions => ({
    ask: (request, timeoutMs) => getResult(request, settings({ timeoutMs, ...(signal && { signal }) })),
    clock,
  });

  return {
    async call(name, args = {}, options = {}) {
      const { outcome } = await send(name, args, options);
      return outcome?.$case === "resultJson" ? decodeResult(outcome.value) : undefined;
    },

    async start(name, args = {}, options = {}) {
      const { async: isAsync, requestId } = await send(name, args, options);
      if (isAsync) return requestId;
      throw new WeftError(Code.FailedPrecondition, `${name} is not of mode async: its call is over`, {
        reason: Reason.WrongCallShape,
      });
    },

    outcome: (requestId, options = {}) => outcomeOf(requestId, 0, outcomes(options)),

    result: (requestId, { timeoutMs: limitMs = timeoutMs, ...options } = {}) =>
      resultOf(requestId, bounded(limitMs), outcomes(options)),

    stream(name, args = {}, options = {}) {
      const open = () => {
        const request = { ...requestFor(name, args, options), resumeToken: "", heartbeatMs: 0 };
        const limit = options.timeoutMs === undefined ? {} : { deadline: deadline(options.timeoutMs) };
        return gateway.stream(request, metadata(), limit);
      };
      return resultStream({ open, startTimeoutMs: timeoutMs, signal: options.signal, clock });
    },

    async functions(options = {}) {
      const shared = settings(options); // one deadline for all pages
      const functions: FunctionSummary[] = [];
      let pageToken = "";
      do {
        const request = { service: "", includeDisabled: false, pageSize, pageToken };
        const page = await listFunctions(request, shared);
        functions.push(...page.functions);
        pageToken = page.nextPageToken;
      } while (pageToken !== "");
      return functions;
    },

    async describe(name, options = {}) {
      const request = { ...parseFunctionName(name), version: options.version ?? "" };
      return describeFunction(request, settings(options));
    },

    async explain(name, args = {}, options = {}) {
      const { userId = "", roles = [] } = options.as ?? {};
      const call = requestFor(name, args, options);
      return explainCall({ call, asUserId: userId, asRoles: [...roles] }, settings(options));
    },

    close() {
      isClosed = true;
      sessions?.close();
      // A call that a session does not begin is sent again by itself, on this channel.
      execute.whenIdle(() => gateway.close());
    },
  };
}

/** Arguments and result travel as JSON, which keeps integers exact where the Value form has doubles only. */
function requestFor(name: string, args: Arguments, options: CallOptions): ExecuteRequest {
  const { requestId, version, idempotencyKey } = options;
  const { service, function: functionName } = parseFunctionName(name);
  // Not spread into the literal: Node 20 takes 9 µs for that, more than for all else that makes a call.
  return {
    service,
    function: functionName,
    requestId: requestId ?? "",
    version: version ?? "",
    deviceId: "",
    arguments: { $case: "argsJson", value: encodeJson(args) },
    idempotencyKey: idempotencyKey ?? "",
    resultEncoding: Encoding.ENCODING_JSON,
  };
}
