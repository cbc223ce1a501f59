import { type Clock, type Logger, sleep } from "@weft/core";
import { cont, type Plugin } from "@weft/plugin-chain";
import { type Call, targetOf } from "../../call.js";
import { rateLimiterEvents } from "../../events/events.js";
import { explainStep } from "../../explanation.js";
import type { Pipeline } from "../../pipeline.js";
import { explainLimits } from "./explain-limits.js";
import type { LimitTable } from "./limit-table.js";
import { limiterUnavailable, rateLimited } from "./rate-limited.js";
import type { Exceeded, RateLimiter, Take } from "./rate-limiter.js";

export interface RateLimitOptions {
  readonly limiter: RateLimiter;
  readonly table: LimitTable;
  /** Whether calls pass when the limiter fails or is late. Defaults to true: better too many calls than none. */
  readonly failOpen?: boolean;
  /** How long a limiter may take. Defaults to 1,000. */
  readonly timeoutMs?: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

const cleanUpEveryMs = 60_000;
// At most a few milliseconds' work at a time.
const cleanUpAtOnce = 1_000;

/** Refuses calls of those who have made too many. Stands before `authorize`, so that denied calls count too. */
export function rateLimit(options: RateLimitOptions): Plugin<Pipeline> {
  const { limiter, table, failOpen = true, timeoutMs = 1_000, clock, logger } = options;
  const { check, exceeded: exceededEvent, cleanup } = rateLimiterEvents;
  let isFailing = false;

  function admit(call: Call): typeof cont | Promise<typeof cont> {
    const { limits, take } = table.of(targetOf(call).variant);
    if (limits.length === 0) return cont;
    const startedAt = check.hasListeners ? clock.now() : 0;
    const answer = asked(take, call);
    return answer instanceof Promise ? admitLater(answer, startedAt) : decided(answer, startedAt);
  }

  async function admitLater(answer: Promise<Exceeded | undefined>, startedAt: number): Promise<typeof cont> {
    const waited = new AbortController();
    const late = sleep(timeoutMs, { clock, signal: waited.signal }).then(
      () => new Failure(new Error(`no answer within ${timeoutMs} ms`)),
      () => undefined, // the answer came first
    );
    const first = await Promise.race([answer.catch((error: unknown) => new Failure(error)), late]);
    waited.abort();
    if (isFailing && !(first instanceof Failure)) {
      isFailing = false;
      logger.info({}, "the rate limiter answers again");
    }
    return decided(first, startedAt);
  }

  function decided(answer: Exceeded | Failure | undefined, startedAt: number): typeof cont {
    if (check.hasListeners) {
      const result = answer === undefined ? "allowed" : answer instanceof Failure ? "failed" : "limited";
      check.publish({ result, instance: limiter.name, duration_us: Math.round((clock.now() - startedAt) * 1_000) });
    }
    if (answer instanceof Failure) return failed(answer);
    if (answer === undefined) return cont;
    publishExceeded(answer);
    throw rateLimited(answer);
  }

  function failed({ cause }: Failure): typeof cont {
    if (!isFailing) logger.error({ err: cause, fail_open: failOpen }, "the rate limiter fails");
    // Said once, not for each call, until it answers again: what it knows without asking anybody is no sign of that.
    isFailing = true;
    if (failOpen) return cont;
    throw limiterUnavailable(cause);
  }

  function publishExceeded({ limit, current, retryAfterMs }: Exceeded): void {
    if (!exceededEvent.hasListeners) return;
    const { key, scope, maxRequests } = limit;
    exceededEvent.publish({ key, scope, max: maxRequests, current, retry_after_ms: retryAfterMs });
  }

  /** Idle values go, each after its own window, however long nobody calls. */
  async function cleanUp(signal: AbortSignal): Promise<void> {
    let cleaned = 0;
    while (!signal.aborted) {
      await sleep(cleaned < cleanUpAtOnce ? cleanUpEveryMs : 1, { clock, signal }).catch(() => {});
      cleaned = signal.aborted ? 0 : limiter.cleanUp(cleanUpAtOnce);
      if (cleaned > 0 && cleanup.hasListeners) cleanup.publish({ cleaned_entries: cleaned });
    }
  }

  return {
    name: "rate-limit",
    after: ["resolve"],
    before: ["authorize"],
    start: () => ({ children: [{ name: "clean-up", run: cleanUp }] }),
    callbacks: {
      admit,
      explain: explainStep((call) =>
        explainLimits(table.of(targetOf(call).variant).limits, call, { limiter, failOpen }),
      ),
    },
  };
}

/** That the limiter could not say. */
class Failure {
  readonly cause: unknown;

  constructor(cause: unknown) {
    this.cause = cause;
  }
}

function asked(take: Take, call: Call): ReturnType<Take> | Failure {
  try {
    return take(call);
  } catch (error) {
    return new Failure(error);
  }
}
