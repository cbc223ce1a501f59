import { createServer } from "nice-grpc";
import type { Start } from "../load/actor.js";
import { bytesService } from "./bytes-service.js";
import { type Arguments, find, fromJson, toJson } from "./work.js";

export const start: Start = async () => {
  const server = createServer({ "grpc.enable_channelz": 0 });
  server.add(bytesService, { find: async ({ value }) => ({ value: toJson(find(fromJson<Arguments>(value))) }) });
  return { addresses: { server: `127.0.0.1:${await server.listen("127.0.0.1:0")}` } };
};
