import { type DestinationStream, destination, type Level, type Logger as PinoLogger, pino } from "pino";
import type { Logger } from "./log.js";
import { WeftError } from "./weft-error.js";

export const logLevels = ["debug", "info", "warn", "error", "silent"] as const satisfies readonly (Level | "silent")[];
export type LogLevel = (typeof logLevels)[number];

export interface LoggerOptions {
  /** Stands in every line. */
  readonly service: string;
  /** Defaults to info. */
  readonly level?: LogLevel;
  /** Where the lines go. Defaults to standard output. */
  readonly destination?: DestinationStream;
}

/**
 * A logger that writes one JSON object a line. An error is written as an allow-list of its fields, since those of
 * grpc-js and consul carry metadata and tokens.
 */
export function createLogger(options: LoggerOptions): Logger & Pick<PinoLogger, "flush"> {
  return pino(
    {
      level: options.level ?? "info",
      base: { service: options.service, pid: process.pid },
      serializers: { err: describeError },
      formatters: { level: (label) => ({ level: label }) },
    },
    options.destination ?? standardOutput(),
  );
}

// A line that cannot be written (closed pipe, full disk) is dropped: never a reason to stop serving.
function standardOutput(): DestinationStream {
  const stream = destination({ fd: 1, sync: true });
  stream.on("error", () => {});
  return stream;
}

function describeError(error: unknown): object {
  if (error instanceof WeftError) {
    const cause = error.cause === undefined ? undefined : describeError(error.cause);
    return { code: error.code, reason: error.reason, message: error.message, cause };
  }
  const { name, message, code, stack } = Object(error) as {
    name?: unknown;
    message?: unknown;
    code?: unknown;
    stack?: unknown;
  };
  if (typeof message !== "string") return { message: String(error) };
  return { type: String(name), message, code, stack };
}
