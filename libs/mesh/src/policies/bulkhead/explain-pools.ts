import type { ExplainedStep } from "../../explanation.js";
import type { Pool } from "./pool.js";

/** How much room the pools that a call has to enter have. */
export function explainPools(pools: readonly Pool[]): ExplainedStep {
  const all = pools.map((pool) => pool.status);
  const refusal = pools.map((pool) => pool.refusal()).find((refused) => refused !== undefined);
  return {
    phase: "bulkhead",
    rule: all
      .map(({ name, maxRunning, maxQueued }) => `${maxRunning} calls at once, ${maxQueued} queued (${name})`)
      .join("; "),
    reason: all.map(({ name, running, queued }) => `${running} running, ${queued} queued (${name})`).join("; "),
    details: {
      pools: all.map(({ name, running, queued, executed, failed }) => ({ name, running, queued, executed, failed })),
    },
    ...(refusal && { refusal }),
  };
}
