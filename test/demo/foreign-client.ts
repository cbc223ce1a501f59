import { join } from "node:path";
import {
  type Client,
  type ClientReadableStream,
  type ClientUnaryCall,
  credentials,
  loadPackageDefinition,
  type ServiceClientConstructor,
  type ServiceError,
} from "@grpc/grpc-js";
import { loadSync, type MessageTypeDefinition } from "@grpc/proto-loader";
import { repositoryRoot } from "../support/repository.js";

/** What a client in any language has: the files in proto/, and its own gRPC library. Nothing here is Weft's code. */
const definition = loadSync(
  ["weft/v1/gateway.proto", "weft/cache/v1/cache.proto", "google/rpc/status.proto", "google/rpc/error_details.proto"],
  { includeDirs: [join(repositoryRoot, "proto")], longs: Number, enums: String, defaults: true, oneofs: true },
);

/** A request or response, by the names in the proto files in camelCase. */
export type Message = Record<string, unknown>;

type UnaryCall = (
  request: Message,
  options: { deadline: number },
  callback: (error: ServiceError | null, response: Message) => void,
) => ClientUnaryCall;
type StreamCall = (request: Message) => ClientReadableStream<Message>;

export interface ForeignClient {
  call(rpc: string, request: Message): Promise<Message>;
  stream(rpc: string, request: Message): ClientReadableStream<Message>;
  close(): void;
}

// Far more than any call of the demo takes.
const timeLimitMs = 10_000;

/** A client of one gRPC service, by its full name. */
export function connect(service: string, address: string): ForeignClient {
  const packages = loadPackageDefinition(definition);
  const found = service.split(".").reduce<unknown>((scope, name) => (scope as Message)[name], packages);
  const client = new (found as ServiceClientConstructor)(address, credentials.createInsecure());
  const method = <Call>(rpc: string) => (client as Client & Message)[rpc] as Call;
  return {
    call: (rpc, request) =>
      new Promise((resolve, reject) => {
        const done = (error: ServiceError | null, response: Message) => (error ? reject(error) : resolve(response));
        method<UnaryCall>(rpc).call(client, request, { deadline: Date.now() + timeLimitMs }, done);
      }),
    stream: (rpc, request) => method<StreamCall>(rpc).call(client, request),
    close: () => client.close(),
  };
}

/** The details that came with an error in `grpc-status-details-bin`, by the name of their type. */
export function errorDetails(error: ServiceError): Record<string, Message> {
  const [bytes] = error.metadata.get("grpc-status-details-bin");
  if (!Buffer.isBuffer(bytes)) return {};
  const status = decode("google.rpc.Status", bytes) as { details: { type_url: string; value: Buffer }[] };
  return Object.fromEntries(
    status.details.map((detail) => {
      const type = detail.type_url.slice(detail.type_url.lastIndexOf("/") + 1);
      return [type.slice(type.lastIndexOf(".") + 1), decode(type, detail.value)];
    }),
  );
}

function decode(type: string, bytes: Buffer): Message {
  return (definition[type] as MessageTypeDefinition<Message, Message>).deserialize(bytes);
}
