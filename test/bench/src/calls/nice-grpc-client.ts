import { createChannel, createClient } from "nice-grpc";
import type { Start } from "../load/actor.js";
import { clientOptions } from "../load/grpc-js.js";
import { bytesService } from "./bytes-service.js";
import { type Answer, argumentsOf, check, fromJson, limitMs, toJson } from "./work.js";

/** A deadline is a signal here: nice-grpc takes them from a middleware that most of its users have. */
export const start: Start = ({ server = "" }) => {
  const client = createClient(bytesService, createChannel(server, undefined, clientOptions));
  const once = async (sequence: number) => {
    const signal = AbortSignal.timeout(limitMs);
    const { value } = await client.find({ value: toJson(argumentsOf(sequence)) }, { signal });
    check(fromJson<Answer>(value), sequence);
  };
  return { call: (work) => work(once) };
};
