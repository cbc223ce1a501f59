import type { ChannelCredentials } from "@grpc/grpc-js";
import { type CallOptions, type ClientReadableStream, Metadata, type ServiceError } from "@grpc/grpc-js";
import { channelOptions, errorFromGrpc, transportError } from "@weft/contracts";
import { type ExplainPluginsResponse, NodeServiceClient, type StreamResponse } from "@weft/contracts/node";
import { type Clock, Code, Reason, systemClock, WeftError } from "@weft/core";
import type { StreamItem } from "../pipeline.js";
import { abortError } from "./abort-error.js";
import { largestFrameBytes } from "./link/frame-queue.js";
import { type FrameSink, openLinkRpc } from "./link/frame-stream.js";
import { linkConnection } from "./link/link-connection.js";
import type { Dial, NodeConnection, RequestLimits } from "./node-connection.js";
import { type WatchedClient, watchedClient } from "./watched-client.js";

export interface GrpcConnectionOptions {
  readonly credentials: ChannelCredentials;
  /** Sent as `x-weft-mesh-token`, where the nodes ask for one. */
  readonly meshToken?: string | undefined;
  /** Size limit of one answer or item. */
  readonly maxResponseBytes: number;
  /** How many links to one node there may be; 0: plain gRPC alone. Those after the first are for when it is busy. */
  readonly links?: number;
  readonly clock?: Clock;
}

/** How many there may be where nobody says. */
export const linksPerNode = 2;

// grpc-js overflows on deadlines beyond 24.8 days and fails such calls at once.
const longestTimeoutMs = 24 * 86_400_000;

/** Reaches nodes by links where they know them, and by plain gRPC. Each has a channel of its own, opened by its first use. */
export function grpcDial(options: GrpcConnectionOptions): Dial {
  const { credentials, meshToken, maxResponseBytes, links = linksPerNode, clock = systemClock } = options;
  const metadata = new Metadata();
  if (meshToken !== undefined) metadata.set("x-weft-mesh-token", meshToken);
  // Our own checks stand at the limit and word the error; grpc-js's stands behind them.
  const maxMessageBytes = Math.ceil(maxResponseBytes * 1.1);

  function connect(address: string, maxBytes: number): NodeServiceClient {
    return new NodeServiceClient(address, credentials, {
      ...channelOptions,
      "grpc.max_receive_message_length": maxBytes,
    });
  }

  /** Of its own, so that nothing which is cancelled or ends beside it takes its connection along. */
  function linkClient(address: string): WatchedClient<NodeServiceClient> {
    return watchedClient(() => connect(address, Math.max(maxMessageBytes, largestFrameBytes)), clock);
  }

  return (address) => {
    const plain = grpcConnection(() => connect(address, maxMessageBytes), metadata, clock);
    if (links === 0) return plain;
    const clients: WatchedClient<NodeServiceClient>[] = [];
    const open = Array.from({ length: links }, (_, i) => (sink: FrameSink) => {
      clients[i] ??= linkClient(address);
      return openLinkRpc(clients[i].current(), metadata, sink);
    });
    const closed = () => clients.forEach((client) => void client.close());
    return linkConnection({ plain, open, closed, maxResponseBytes: maxMessageBytes, clock });
  };
}

function grpcConnection(connect: () => NodeServiceClient, metadata: Metadata, clock: Clock): NodeConnection {
  const client = watchedClient(connect, clock);
  return {
    execute(request, limits) {
      return unary(limits, (done) =>
        client
          .current()
          .execute(request, metadata, callOptions(limits), (error, response) => done(error, response?.resultJson)),
      );
    },
    functions(limits, knownRevision = "") {
      return unary(limits, (done) =>
        client.current().getFunctions({ knownRevision }, metadata, callOptions(limits), done),
      );
    },
    watchFunctions(knownRevision, limits) {
      return pull(client.current().watchFunctions({ knownRevision }, metadata, callOptions(limits)), limits.signal);
    },
    async explainPlugins(limits) {
      const response = await unary<ExplainPluginsResponse>(limits, (done) =>
        client.current().explainPlugins({}, metadata, callOptions(limits), done),
      );
      return response.chains;
    },
    async open(request, limits) {
      const items = pull(client.current().stream(request, metadata, callOptions(limits)), limits.signal);
      const first = await items.next();
      if (first.done !== true && first.value.content?.$case === "accepted") return streamItems(items);
      await items.return(undefined);
      throw new WeftError(Code.Internal, "Stream execution failed", { reason: Reason.Internal });
    },
    close: () => client.close(),
  };
}

/** One request and one answer; the signal cancels it. */
function unary<T>(
  limits: RequestLimits,
  start: (done: (error: ServiceError | null, value: T | undefined) => void) => { cancel(): void },
): Promise<T> {
  const { signal } = limits;
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(abortError(signal));
    const cancel = () => call.cancel();
    const call = start((error, value) => {
      signal.removeEventListener("abort", cancel);
      if (error === null && value !== undefined) resolve(value);
      else reject(endError(error as ServiceError, signal));
    });
    signal.addEventListener("abort", cancel);
  });
}

/** Reads one message at a time, so that a slow reader slows the producer; leaving the loop cancels the call. */
async function* pull<Message>(
  call: ClientReadableStream<Message>,
  signal: AbortSignal,
): AsyncGenerator<Message, undefined> {
  const cancel = () => call.cancel();
  call.on("error", () => {}); // the iteration throws it; this listener catches what comes after the iteration
  call.read(0); // opens the flow-control window's accounting before anything is awaited (grpc-node#123)
  signal.addEventListener("abort", cancel);
  if (signal.aborted) cancel();
  try {
    yield* call as AsyncIterable<Message>;
  } catch (error) {
    throw endError(error as ServiceError, signal);
  } finally {
    signal.removeEventListener("abort", cancel);
    call.cancel(); // nothing happens where the call is over
  }
}

async function* streamItems(messages: AsyncIterable<StreamResponse>): AsyncGenerator<StreamItem, void> {
  let last = 0;
  try {
    for await (const { sequence, content } of messages) {
      switch (content?.$case) {
        case "itemJson":
          last = sequence;
          yield { sequence, json: content.value };
          break;
        case "ended":
          return;
      }
    }
  } catch (error) {
    const isLost = error instanceof WeftError && error.domain === undefined && error.reason === Reason.ConnectionLost;
    throw isLost ? lostAfter(last, error) : error;
  }
  // A status of OK without the last message: the node went away in the middle of a sentence.
  throw lostAfter(last, transportError(Code.Unavailable, "stream ended without its last message"));
}

/** The error with what the reader has got before. */
function lostAfter(last: number, error: WeftError): WeftError {
  return error.with({ metadata: { ...error.metadata, processed: "maybe", last_sequence: String(last) } });
}

function callOptions({ timeoutMs }: RequestLimits): CallOptions {
  return timeoutMs === Number.POSITIVE_INFINITY ? {} : { deadline: Date.now() + Math.min(timeoutMs, longestTimeoutMs) };
}

function endError(error: ServiceError, signal: AbortSignal): WeftError {
  if (signal.aborted) return abortError(signal);
  const found = errorFromGrpc(error);
  const isOwn = found.domain === undefined && found.code === Code.Cancelled;
  // Nobody here cancelled it: a server that ends by force tells its clients so.
  return isOwn ? transportError(Code.Unavailable, error.details) : found;
}
