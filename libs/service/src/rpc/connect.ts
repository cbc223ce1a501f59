import { type Metadata, ServerInterceptingCall, type ServerInterceptor } from "@grpc/grpc-js";
import { grpcStatus } from "@weft/contracts";
import { type Logger, WeftError } from "@weft/core";
import { type Connection, createConnection } from "@weft/mesh";
import { tooManyStreams } from "./live-calls.js";
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

const connections = new WeakMap<Metadata, Connection>();

/** Who is at the other end of an RPC, if its port asks; by the metadata that came with it. */
export function connectionOf(metadata: Metadata): Connection | undefined {
  return connections.get(metadata);
}

/**
 * Runs `connect` for each RPC of a public port before anything of its message is read, let alone inflated or decoded: a
 * caller who is refused costs a header. Health and reflection stay open.
 */
export function connectInterceptor({ connect, maxStreams, logger }: ConnectOptions): ServerInterceptor {
  let waiting = 0;
  return ({ path }, call) => {
    if (isOpen(path)) return new ServerInterceptingCall(call);

    const refuse = (thrown: unknown) => {
      if (!(thrown instanceof WeftError)) logger.error({ err: thrown, rpc: path }, "an unexpected error");
      call.sendStatus(grpcStatus(WeftError.from(thrown)));
    };
    const onReceiveMetadata = (metadata: Metadata, pass: (metadata: Metadata) => void) => {
      const connection = createConnection(peerAddress(call.getPeer()), (key) => metadata.get(key)[0]?.toString() ?? "");
      const accept = () => {
        strip(metadata);
        connections.set(metadata, connection);
        pass(metadata); // only now does the server begin to read
      };
      let found: void | Promise<void>;
      try {
        found = connect?.(connection);
      } catch (thrown) {
        return refuse(thrown);
      }
      if (found === undefined) return accept();
      if (waiting >= maxStreams) {
        found.catch(() => {}); // whatever is found out, nobody waits for it
        return refuse(tooManyStreams("process", maxStreams, "WEFT_MAX_STREAMS"));
      }
      waiting++;
      found.finally(() => waiting--).then(accept, refuse);
    };
    return new ServerInterceptingCall(call, { start: (next) => next({ onReceiveMetadata }) });
  };
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
