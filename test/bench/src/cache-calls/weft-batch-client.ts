import type { Start } from "../load/actor.js";
import { startCaller } from "./weft-caller.js";
import { check, keysOf } from "./work.js";

interface Batch {
  readonly results: readonly { readonly value: unknown }[];
}

const limits = { timeoutMs: 5_000 };

export const start: Start = ({ registry = "" }) =>
  startCaller(registry, (ctx) => async (sequence) => {
    const keys = keysOf(sequence);
    const { results } = await ctx.call<Batch>("cache.get_many", { keys }, limits);
    keys.forEach((key, i) => {
      check(key, results[i]?.value);
    });
  });
