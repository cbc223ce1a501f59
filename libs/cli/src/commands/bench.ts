import { systemClock } from "@weft/core";
import type { Command } from "commander";
import { gatewayTarget, withGateway } from "../gateway.js";
import type { Terminal } from "../terminal.js";
import { driveLoad, type LoadFigures } from "./drive-load.js";
import { prepareCall, takesArguments } from "./function-call.js";
import { atMost, type CallCommandOptions } from "./options.js";

interface BenchOptions
  extends Pick<CallCommandOptions, "gateway" | "token" | "json" | "args" | "timeout" | "fnVersion"> {
  readonly callers: number;
  readonly seconds: number;
  readonly calls: number;
  readonly rate?: number;
}

// Enough to find a limit, and little enough that a slip of the finger ends by itself.
const most = { callers: 1_000, seconds: 600, calls: 100_000_000, rate: 1_000_000 };

/** `weft bench`: how many calls of a function a mesh takes from one process, and how long they take. */
export function addBench(command: Command, terminal: Terminal): void {
  takesArguments(command)
    .description("Call a function again and again, for a while, and print how fast it answered.")
    .option("--callers <count>", "how many call at once", atMost(most.callers), 64)
    .option("--seconds <count>", "how long", atMost(most.seconds), 10)
    .option("--calls <count>", "how many calls at most", atMost(most.calls), most.calls)
    .option("--rate <count>", "calls a second at most (default: as many as there can be)", atMost(most.rate))
    .action(async (name: string, pairs: string[], options: BenchOptions) => {
      const { out, stop } = terminal;
      const figures = await withGateway(gatewayTarget(options, terminal), async (gateway) => {
        const { args, callOptions } = await prepareCall(gateway, name, pairs, { ...options, signal: stop });
        const { signal: _, ...unstopped } = callOptions; // what is under way at the end is answered
        return driveLoad(() => gateway.call(name, args, unstopped), {
          callers: options.callers,
          forMs: options.seconds * 1_000,
          maxCalls: options.calls,
          perSecond: options.rate ?? Number.POSITIVE_INFINITY,
          signal: stop,
          clock: systemClock,
        });
      });
      await out.write(options.json ? `${JSON.stringify(plain(figures))}\n` : text(figures, options.callers));
      if (figures.lastError !== undefined && failed(figures) === figures.calls) throw figures.lastError;
    });
}

function failed({ errors }: LoadFigures): number {
  return Object.values(errors).reduce((sum, count) => sum + count, 0);
}

/** `calls_per_second` counts calls that went well. */
function plain(figures: LoadFigures) {
  const { calls, seconds, p50Ms, p99Ms, errors } = figures;
  return {
    calls,
    seconds: rounded(seconds),
    calls_per_second: rounded((calls - failed(figures)) / seconds),
    p50_ms: rounded(p50Ms),
    p99_ms: rounded(p99Ms),
    errors,
  };
}

function text(figures: LoadFigures, callers: number): string {
  const { calls, seconds, calls_per_second, p50_ms, p99_ms, errors } = plain(figures);
  const codes = Object.entries(errors).map(([code, count]) => `  ${count} ${code}`);
  return [
    `${calls_per_second} calls/s: ${calls} calls of ${callers} callers in ${seconds} s`,
    p50_ms === null ? "none went well" : `half of them within ${p50_ms} ms (p50), 99 of 100 within ${p99_ms} ms (p99)`,
    codes.length === 0 ? "no errors" : ["errors:", ...codes].join("\n"),
    "",
  ].join("\n");
}

/** To three digits; null where there is nothing. */
function rounded(value: number): number | null {
  if (!Number.isFinite(value)) return null;
  return value >= 100 ? Math.round(value) : Number(value.toPrecision(3));
}
