import { WeftError } from "@weft/core";
import type { Call } from "./call.js";

/** What one policy says of a call, without doing anything. */
export interface ExplainedStep {
  /** The policy's name. */
  readonly phase: string;
  /** What it does for this function, whatever the call: "5 calls in 10 s for each user_id". */
  readonly rule: string;
  /** Why it would let this call pass, or not. */
  readonly reason: string;
  /** Facts. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** What the call would be refused with. */
  readonly refusal?: WeftError;
}

/** One node that holds the function. */
export interface ExplainedNode {
  readonly node: string;
  readonly chosen: boolean;
  /** draining, ejected, breaker_open, not_listed or no_such_version; empty: it is a candidate. */
  readonly excluded: string;
  /** weight, in_flight, ewma_ms, breaker. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** What every policy says of a call, the outermost first. Those behind a refusal speak too: they have rules to show. */
export interface Explanation {
  readonly steps: readonly ExplainedStep[];
  /** The best first. */
  readonly nodes: readonly ExplainedNode[];
}

export const nothingToExplain: Explanation = { steps: [], nodes: [] };

type Explain = (call: Call) => Promise<Explanation>;

/** The `explain` callback of a policy that has one thing to say. It must not change what other calls meet. */
export function explainStep(describe: (call: Call) => ExplainedStep | Promise<ExplainedStep>) {
  return (next: Explain): Explain =>
    async (call) => {
      const step = await describe(call);
      const rest = await next(call);
      return { ...rest, steps: [step, ...rest.steps] };
    };
}

/** What a check would refuse a call with. */
export async function refusalOf(check: () => unknown): Promise<WeftError | undefined> {
  try {
    await check();
    return undefined;
  } catch (thrown) {
    return WeftError.from(thrown);
  }
}
