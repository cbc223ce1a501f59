import type { Start } from "../load/actor.js";
import { connect } from "./ioredis.js";
import { check, keyOf } from "./work.js";

export const start: Start = async ({ redis = "" }) => {
  const client = await connect(redis);
  const once = async (sequence: number) => {
    const key = keyOf(sequence);
    check(key, JSON.parse((await client.get(key)) ?? "null"));
  };
  return { call: (work) => work(once) };
};
