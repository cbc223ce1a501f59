import { WeftError } from "@weft/core";
import type { HandlerContext } from "@weft/service";
import type { Batch } from "../actions/action.js";
import { statusReply } from "../actions/batch.js";
import type { Raw } from "../actions/field.js";

/** Calls each item of a batch as a function of its own, so that it reaches the node which has its key. */
export async function spread(batch: Batch, raw: Raw, { call }: HandlerContext): Promise<Record<string, unknown>> {
  const name = `cache.${batch.single.name}`;
  const results = batch.itemsOf(raw).map(async (item) => {
    try {
      return await call<Record<string, unknown>>(name, item);
    } catch (error) {
      if (error instanceof WeftError) return statusReply(error);
      throw error;
    }
  });
  return batch.reply(raw, await Promise.all(results));
}
