import { createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import type { Start } from "../load/actor.js";
import { connectService } from "./connect-service.js";
import { type Answer, argumentsOf, check, fromJson, limitMs, toJson } from "./work.js";

export const start: Start = ({ server = "" }) => {
  const transport = createGrpcTransport({ baseUrl: `http://${server}`, acceptCompression: [] });
  const client = createClient(connectService, transport);
  const once = async (sequence: number) => {
    const { value } = await client.find({ value: toJson(argumentsOf(sequence)) }, { timeoutMs: limitMs });
    check(fromJson<Answer>(value), sequence);
  };
  return { call: (work) => work(once) };
};
