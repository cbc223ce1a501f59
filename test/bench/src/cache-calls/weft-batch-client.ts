import type { Start } from "../load/actor.js";
import { startCaller } from "./weft-caller.js";
import { check, keysOf } from "./work.js";

const limits = { timeoutMs: 5_000 };

export const start: Start = ({ registry = "" }) =>
  startCaller(registry, (ctx) => async (sequence) => {
    const keys = keysOf(sequence);
    const values = await ctx.cache.getMany(keys, limits);
    keys.forEach((key, i) => {
      check(key, values[i]);
    });
  });
