import { logVerbosity, setLogVerbosity } from "@grpc/grpc-js";
import { ConfigError, type Logger, readConfig, settingRows } from "@weft/core";
import { createLogger, type LogLevel } from "@weft/core/logger";
import type { z } from "zod";
import type { ServiceDefinition } from "./define/service.js";
import { type RunningService, startService } from "./host/start-service.js";
import { serviceSettings } from "./settings.js";

export interface ProcessOptions<Schema extends z.ZodObject> {
  readonly service: string;
  readonly settings: Schema;
  readonly start: (settings: Readonly<z.infer<Schema>>, logger: Logger) => Promise<RunningService>;
  /** Only a `main.ts` hands it over: nothing else reads the environment, takes signals or exits. */
  readonly process: NodeJS.Process;
}

/** What a parent process is told over IPC once a service takes calls. */
export interface ReadyMessage {
  readonly type: "ready";
  readonly service: string;
  readonly meshAddress: string;
  readonly publicAddress: string | undefined;
}

/**
 * Runs a service as a process: settings from the environment, a log on standard output, a drain on SIGTERM, SIGINT or the
 * end of the parent. Exit codes: 0 after a drain, 1 after a failure or a second signal, 2 for bad configuration.
 */
export async function runProcess<Schema extends z.ZodObject<{ logLevel: z.ZodType<LogLevel> }>>(
  options: ProcessOptions<Schema>,
): Promise<void> {
  const { service, process } = options;
  if (process.argv.includes("--help")) {
    process.stdout.write(help(service, options.settings));
    return;
  }
  try {
    const settings = readConfig(options.settings, { env: process.env }) as Readonly<z.infer<Schema>>;
    const logger = createLogger({ service, level: settings.logLevel as LogLevel });
    // What grpc-js would print on standard error reaches us as errors too.
    if (process.env.GRPC_VERBOSITY === undefined) setLogVerbosity(logVerbosity.NONE);
    // Signals are caught before it starts: reading its data may keep a service busy for a while.
    const starting = Promise.resolve().then(() => options.start(settings, logger));
    stopOnSignal(process, starting, logger);
    logger.info({ node_version: process.version }, "starting");
    const { node, meshAddress, publicAddress } = await starting;
    logger.info({ node: node.id, mesh_address: meshAddress, public_address: publicAddress }, "ready");
    process.send?.({ type: "ready", service, meshAddress, publicAddress } satisfies ReadyMessage);
  } catch (error) {
    const isConfig = error instanceof ConfigError;
    process.stderr.write(`${isConfig ? error.message : `${service}: ${(error as Error).stack ?? error}`}\n`);
    process.exit(isConfig ? 2 : 1);
  }
}

/** Runs a service that has nothing but its functions and plugins. */
export function runService(service: ServiceDefinition, process: NodeJS.Process): Promise<void> {
  return runProcess({
    service: service.name,
    settings: serviceSettings,
    start: (settings, logger) => startService(service, { settings, logger }),
    process,
  });
}

function stopOnSignal(process: NodeJS.Process, starting: Promise<RunningService>, logger: Logger): void {
  let isStopping = false;
  const stop = (signal: string) => {
    if (isStopping) process.exit(1);
    isStopping = true;
    logger.info({ signal }, "stopping: finishing what is under way");
    // A start that fails reports itself.
    const closed = starting.then(
      (running) => running.close().then(() => 0, failed),
      () => 1,
    );
    void closed.then((code) => process.exit(code));
  };
  const failed = (error: unknown) => {
    logger.error({ err: error }, "stopping failed");
    return 1;
  };
  process.on("SIGTERM", () => stop("SIGTERM"));
  process.on("SIGINT", () => stop("SIGINT"));
  if (process.send !== undefined) process.on("disconnect", () => stop("disconnect")); // the parent is gone
}

function help(service: string, settings: z.ZodObject): string {
  const rows = settingRows(settings).map(({ env, description, defaultValue }) => {
    const shown = defaultValue === undefined || defaultValue === "" ? "" : ` [${defaultValue}]`;
    return `  ${env.padEnd(32)} ${description}${shown}`;
  });
  return `Service ${service}. Settings: environment variables, or a JSON file named by WEFT_CONFIG.\n\n${rows.join("\n")}\n`;
}
