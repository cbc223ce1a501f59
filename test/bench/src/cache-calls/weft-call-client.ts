import type { Start } from "../load/actor.js";
import { startCaller } from "./weft-caller.js";
import { check, keyOf } from "./work.js";

const limits = { timeoutMs: 5_000 };

export const start: Start = ({ registry = "" }) =>
  startCaller(registry, (ctx) => async (sequence) => {
    const key = keyOf(sequence);
    check(key, (await ctx.call<{ value: unknown }>("cache.get", { key }, limits)).value);
  });
