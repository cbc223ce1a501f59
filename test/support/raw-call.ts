import { connect as connectHttp2, constants } from "node:http2";
import { connect, type Socket } from "node:net";
import { within } from "./within.js";

/** How a raw gRPC call ended: the HTTP status, and the gRPC one where there was any. */
export interface RawAnswer {
  readonly http: number | undefined;
  readonly grpc: number | undefined;
  readonly message: string;
}

export interface RawCall {
  readonly path: string;
  /** The bytes of the request, frames and all. */
  readonly body: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A gRPC call written by hand over HTTP/2, on a connection of its own. */
export function rawCall(address: string, { path, body, headers = {} }: RawCall): Promise<RawAnswer> {
  const session = connectHttp2(`http://${address}`);
  const answer = new Promise<RawAnswer>((resolve, reject) => {
    session.on("error", reject);
    const stream = session.request({
      ":method": "POST",
      ":path": path,
      "content-type": "application/grpc",
      te: "trailers",
      ...headers,
    });
    let found: RawAnswer = { http: undefined, grpc: undefined, message: "" };
    const read = (answered: Record<string, unknown>) => {
      const status = answered[constants.HTTP2_HEADER_STATUS];
      const grpc = answered["grpc-status"];
      found = {
        http: status === undefined ? found.http : Number(status),
        grpc: grpc === undefined ? found.grpc : Number(grpc),
        message: answered["grpc-message"] === undefined ? found.message : String(answered["grpc-message"]),
      };
    };
    stream.on("response", read);
    stream.on("trailers", read);
    stream.on("error", reject);
    stream.on("close", () => resolve(found));
    stream.resume();
    stream.end(body);
  });
  return within(answer, `the answer to ${path}`).finally(() => session.destroy());
}

/** A gRPC message with its prefix of flag and length. */
export function frame(message: Uint8Array, isCompressed = false): Buffer {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt8(isCompressed ? 1 : 0, 0);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

/** A TCP connection that has sent `bytes`. */
export interface RawConnection {
  /** Resolves when the other side has closed it. */
  readonly closed: Promise<void>;
  destroy(): void;
}

export async function rawConnection(address: string, bytes: Uint8Array = new Uint8Array()): Promise<RawConnection> {
  const [host, port] = address.split(":");
  const socket: Socket = connect({ host: host ?? "", port: Number(port) });
  socket.on("error", () => {}); // a reset is one way to be closed
  socket.resume();
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  await within(new Promise<void>((resolve) => socket.once("connect", resolve)), `connecting to ${address}`);
  socket.write(bytes);
  return {
    get closed() {
      return within(closed, "the end of the connection");
    },
    destroy: () => socket.destroy(),
  };
}
