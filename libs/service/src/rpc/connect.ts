import type { Metadata, ServerInterceptingCallInterface, ServerInterceptor } from "@grpc/grpc-js";
import { grpcStatus } from "@weft/contracts";
import { type Logger, WeftError } from "@weft/core";
import { type Connection, createConnection } from "@weft/mesh";
import { tooManyStreams } from "./live-calls.js";
import { asIntercepting, PassingCall, type RpcListener } from "./passing-call.js";
import { peerAddress } from "./peer-address.js";

/** Finds out who is at the other end and writes it into the connection. Refuses by throwing. */
export type Connect = (connection: Connection) => void | Promise<void>;

export interface ConnectOptions {
  /** Left out: everybody is anonymous. */
  readonly connect: Connect | undefined;
  /** How many RPCs may wait for that. Those of which it is known at once pass by. */
  readonly maxStreams: number;
  readonly logger: Logger;
}

// A property, since a WeakMap of every RPC would be the collector's largest piece of work.
const connected: unique symbol = Symbol("connection");

interface ConnectedMetadata extends Metadata {
  [connected]?: Connection;
}

/** Who is at the other end of an RPC, if its port asks; by the metadata that came with it. */
export function connectionOf(metadata: Metadata): Connection | undefined {
  return (metadata as ConnectedMetadata)[connected];
}

/**
 * Runs `connect` for each RPC of a public port before anything of its message is read, let alone inflated or decoded: a
 * caller who is refused costs a header. Health and reflection stay open.
 */
export function connectInterceptor(options: ConnectOptions): ServerInterceptor {
  const { connect, maxStreams, logger } = options;
  let waiting = 0;

  /** A promise only where something is waited for. */
  function connected(connection: Connection): void | Promise<void> {
    const found = connect?.(connection);
    if (found === undefined) return undefined;
    if (waiting < maxStreams) {
      waiting++;
      return found.finally(() => waiting--);
    }
    found.catch(() => {}); // whatever is found out, nobody waits for it
    throw tooManyStreams("process", maxStreams, "WEFT_MAX_STREAMS");
  }

  return ({ path }, call) => {
    const refused = (thrown: unknown) => {
      if (!(thrown instanceof WeftError)) logger.error({ err: thrown, rpc: path }, "an unexpected error");
      call.sendStatus(grpcStatus(WeftError.from(thrown)));
    };
    return asIntercepting(isOpen(path) ? call : new ConnectingCall(call, connected, refused));
  };
}

/** An RPC whose metadata is held back until it is known who sent it: only then does the server begin to read. */
class ConnectingCall extends PassingCall implements RpcListener {
  readonly #connected: Connect;
  readonly #refused: (thrown: unknown) => void;
  #listener: RpcListener | undefined;
  #peer: string | undefined;

  constructor(call: ServerInterceptingCallInterface, connected: Connect, refused: (thrown: unknown) => void) {
    super(call);
    this.#connected = connected;
    this.#refused = refused;
  }

  override start(listener: RpcListener): void {
    this.#listener = listener;
    this.nextCall.start(this);
  }

  /** Asked for more than once, and grpc-js asks the socket through two proxies. */
  override getPeer(): string {
    this.#peer ??= super.getPeer();
    return this.#peer;
  }

  onReceiveMetadata(metadata: Metadata): void {
    const address = peerAddress(this.getPeer());
    const connection = createConnection(address, (key) => metadata.get(key)[0]?.toString() ?? "");
    try {
      const connecting = this.#connected(connection);
      if (connecting === undefined) this.#accept(metadata, connection);
      else connecting.then(() => this.#accept(metadata, connection), this.#refused);
    } catch (thrown) {
      this.#refused(thrown);
    }
  }

  #accept(metadata: Metadata, connection: Connection): void {
    strip(metadata);
    (metadata as ConnectedMetadata)[connected] = connection;
    this.#listener?.onReceiveMetadata(metadata);
  }

  onReceiveMessage(message: unknown): void {
    this.#listener?.onReceiveMessage(message);
  }

  onReceiveHalfClose(): void {
    this.#listener?.onReceiveHalfClose();
  }

  onCancel(): void {
    this.#listener?.onCancel();
  }
}

function isOpen(path: string): boolean {
  return path.startsWith("/grpc.health.v1.") || path.startsWith("/grpc.reflection.");
}

const credentialKeys = ["authorization", "x-forwarded-for"];

/** Nothing behind this point sees credentials, or what looks like the mesh's own metadata. */
function strip(metadata: Metadata): void {
  for (const key of credentialKeys) metadata.remove(key);
  for (const key of Object.keys(metadata.getMap()))
    if (key.startsWith("x-weft-") && key !== "x-weft-push-token") metadata.remove(key);
}
