import type { ServerUnaryCall, sendUnaryData } from "@grpc/grpc-js";
import type { Start } from "../load/actor.js";
import { listen } from "../load/grpc-js.js";
import { type Bytes, bytesService } from "./bytes-service.js";
import { type Arguments, find, fromJson, toJson } from "./work.js";

export const start: Start = async () => {
  const answer = ({ request }: ServerUnaryCall<Bytes, Bytes>, done: sendUnaryData<Bytes>) =>
    done(null, { value: toJson(find(fromJson<Arguments>(request.value))) });
  return { addresses: { server: await listen(bytesService, { find: answer }) } };
};
