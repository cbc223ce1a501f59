import type { Start } from "../load/actor.js";
import { connect } from "./ioredis.js";
import { check, keysOf } from "./work.js";

export const start: Start = async ({ redis = "" }) => {
  const client = await connect(redis);
  const once = async (sequence: number) => {
    const keys = keysOf(sequence);
    const values = await client.mget(keys);
    keys.forEach((key, i) => {
      check(key, JSON.parse(values[i] ?? "null"));
    });
  };
  return { call: (work) => work(once) };
};
