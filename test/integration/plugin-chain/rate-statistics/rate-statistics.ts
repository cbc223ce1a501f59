import { type Clock, Code, sleep, systemClock, WeftError } from "@weft/core";
import type { Plugin } from "@weft/plugin-chain";
import type { Hosting } from "@weft/service";
import { z } from "zod";
import { WindowCounts } from "./window-counts.js";

/** What the plugin reads under `rate-statistics` in the service's configuration. */
const settings = z.strictObject({
  /** How far back a rate looks: long enough to be steady, short enough to show an outage. */
  windowMs: z.number().int().min(1_000).max(3_600_000).default(60_000),
  /** Functions to remember. More than these share the name `other`, so memory stays bounded. */
  maxFunctions: z.number().int().min(1).default(1_000),
  /** How often the rates go to the log. Absent: never. */
  reportEveryMs: z.number().int().min(1_000).optional(),
});
export type RateStatisticsSettings = Readonly<z.infer<typeof settings>>;

/** Calls of one function in the last window, per second. */
export interface Rate {
  readonly calls: number;
  readonly failures: number;
}

export interface RateStatisticsOptions {
  readonly clock?: Clock;
}

interface Counts {
  readonly calls: WindowCounts;
  readonly failures: WindowCounts;
}

/** Measures how often each function of a service is called and how often it fails. */
export function rateStatistics({ clock = systemClock }: RateStatisticsOptions = {}) {
  const functions = new Map<string, Counts>();
  let { windowMs, maxFunctions } = settings.parse({});

  function countsOf(name: string): Counts {
    const key = functions.has(name) || functions.size < maxFunctions ? name : "other";
    const known = functions.get(key);
    if (known !== undefined) return known;
    const counts = { calls: new WindowCounts(windowMs), failures: new WindowCounts(windowMs) };
    functions.set(key, counts);
    return counts;
  }

  function rateOf({ calls, failures }: Counts): Rate {
    const perSecond = 1_000 / windowMs;
    return { calls: calls.total(clock.now()) * perSecond, failures: failures.total(clock.now()) * perSecond };
  }

  /** The rates of all functions that were called since the start or the last reset. */
  function rates(): Readonly<Record<string, Rate>> {
    return Object.fromEntries([...functions].map(([name, counts]) => [name, rateOf(counts)]));
  }

  function resetRates(name: string): void {
    if (functions.delete(name)) return;
    throw new WeftError(Code.NotFound, `function "${name}" has no rate`, { reason: "RATE_NOT_FOUND" });
  }

  return {
    name: "rate-statistics",
    settings: { schema: settings, restart: ["windowMs", "maxFunctions", "reportEveryMs"] },

    start(own, { logger }) {
      ({ windowMs, maxFunctions } = own);
      const { reportEveryMs } = own;
      if (reportEveryMs === undefined) return undefined;
      const report = async (signal: AbortSignal) => {
        for (;;) {
          await sleep(reportEveryMs, { clock, signal });
          logger.info({ rates: rates() }, "rates of the last window");
        }
      };
      return { children: [{ name: "report", run: report }] };
    },

    stop() {
      functions.clear();
    },

    callbacks: {
      handled({ functionName }, { error }) {
        const { calls, failures } = countsOf(functionName);
        calls.add(clock.now());
        if (error !== undefined) failures.add(clock.now());
      },
    },

    extend: () => ({ rates, resetRates }),
  } satisfies Plugin<Hosting, RateStatisticsSettings>;
}
