import { once } from "node:events";
import { createServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { create } from "@bufbuild/protobuf";
import { BytesValueSchema } from "@bufbuild/protobuf/wkt";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import type { Start } from "../load/actor.js";
import { connectService } from "./connect-service.js";
import { type Arguments, find, fromJson, toJson } from "./work.js";

export const start: Start = async () => {
  const server = createServer(
    connectNodeAdapter({
      connect: false,
      grpcWeb: false,
      acceptCompression: [],
      routes: (router) =>
        router.service(connectService, {
          find: ({ value }) => create(BytesValueSchema, { value: toJson(find(fromJson<Arguments>(value))) }),
        }),
    }),
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { addresses: { server: `127.0.0.1:${(server.address() as AddressInfo).port}` } };
};
