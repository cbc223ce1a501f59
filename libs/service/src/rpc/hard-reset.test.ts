import {
  credentials,
  makeClientConstructor,
  Server,
  ServerCredentials,
  type ServiceError,
  status,
} from "@grpc/grpc-js";
import { afterEach, expect, test } from "@jest/globals";
import { silentLogger } from "@weft/core";
import { connectInterceptor } from "./connect.js";
import { hardReset } from "./hard-reset.js";

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0).reverse()) cleanup();
});

const raw = (bytes: Buffer) => bytes;
const talk = {
  path: "/test.Service/Talk",
  requestStream: true,
  responseStream: true,
  requestSerialize: raw,
  requestDeserialize: raw,
  responseSerialize: raw,
  responseDeserialize: raw,
} as const;

test("an RPC is reset at once, whatever waits to be read (private fields of grpc-js)", async () => {
  const interceptor = connectInterceptor({ connect: undefined, maxStreams: 10, logger: silentLogger });
  const server = new Server({ interceptors: [interceptor] });
  server.addService({ talk }, { talk: hardReset });
  const port = await new Promise<number>((resolve) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (_error, bound) => resolve(bound));
  });
  cleanups.push(() => server.forceShutdown());
  const client = new (makeClientConstructor({ talk }, "test.Service"))(
    `127.0.0.1:${port}`,
    credentials.createInsecure(),
  );
  cleanups.push(() => client.close());

  const call = client.makeBidiStreamRequest(talk.path, raw, raw);
  const error = await new Promise<ServiceError>((resolve) => call.on("error", resolve));

  expect(error.code).toBe(status.RESOURCE_EXHAUSTED); // what a client makes of ENHANCE_YOUR_CALM
});
