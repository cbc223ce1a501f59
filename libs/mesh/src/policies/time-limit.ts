import { cont, type Plugin } from "@weft/plugin-chain";
import { type Call, targetOf } from "../call.js";
import { explainStep } from "../explanation.js";
import type { Pipeline } from "../pipeline.js";

export interface TimeLimitOptions {
  /** For a unary call when neither the function nor the client says. */
  readonly defaultMs: number;
  /** No unary call takes longer, whatever anybody says. */
  readonly maximumMs: number;
  /** Modes whose callers wait for no more than to be told that the call was admitted. Defaults to none alone. */
  readonly answeredAtOnce?: readonly string[];
}

/** Gives every unary call an end: the earliest of the client's deadline, the function's limit and the maximum. */
export function timeLimit(options: TimeLimitOptions): Plugin<Pipeline> {
  const { defaultMs, maximumMs, answeredAtOnce = ["none"] } = options;

  function admit(call: Call): typeof cont {
    const { variant } = targetOf(call);
    if (answeredAtOnce.includes(variant.config.mode)) call.deadlineAt = Number.POSITIVE_INFINITY;
    const clientSaid = call.deadlineAt !== Number.POSITIVE_INFINITY;
    const unsaid = variant.shape === "stream" ? Number.POSITIVE_INFINITY : clientSaid ? maximumMs : defaultMs;
    const ownMs = variant.timeoutMs ?? unsaid;
    const limitMs = variant.shape === "stream" ? ownMs : Math.min(ownMs, maximumMs);
    const limitAt = call.startedAt + limitMs;
    if (limitAt >= call.deadlineAt) return cont;
    call.deadlineAt = limitAt;
    call.deadlineClock = "function";
    return cont;
  }

  return {
    name: "time-limit",
    after: ["resolve"],
    callbacks: {
      admit,
      explain: explainStep((call) => {
        admit(call);
        const { timeoutMs } = targetOf(call).variant;
        const limitMs = Math.round(call.deadlineAt - call.startedAt);
        const shown = call.deadlineAt === Number.POSITIVE_INFINITY ? "no limit" : `${limitMs} ms`;
        return {
          phase: "time-limit",
          rule: timeoutMs === undefined ? "the client's deadline, or the default" : `${timeoutMs} ms at most`,
          reason: shown === "no limit" ? shown : `${shown}, by the ${call.deadlineClock}`,
        };
      }),
    },
  };
}
