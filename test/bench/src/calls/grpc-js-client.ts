import { Client, credentials } from "@grpc/grpc-js";
import type { Start } from "../load/actor.js";
import { clientOptions, promised } from "../load/grpc-js.js";
import { type Bytes, bytesService } from "./bytes-service.js";
import { type Answer, argumentsOf, check, fromJson, limitMs, toJson } from "./work.js";

export const start: Start = ({ server = "" }) => {
  const client = new Client(server, credentials.createInsecure(), clientOptions);
  const { path, requestSerialize, responseDeserialize } = bytesService.find;
  const once = async (sequence: number) => {
    const request = { value: toJson(argumentsOf(sequence)) };
    const options = { deadline: Date.now() + limitMs };
    const { value } = await promised<Bytes>((done) =>
      client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, options, done),
    );
    check(fromJson<Answer>(value), sequence);
  };
  return { call: (work) => work(once) };
};
