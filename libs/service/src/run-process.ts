import cluster from "node:cluster";
import { logVerbosity, setLogVerbosity } from "@grpc/grpc-js";
import { ConfigError, type Logger, readConfig, settingRows } from "@weft/core";
import { createLogger } from "@weft/core/logger";
import type { z } from "zod";
import type { ServiceDefinition } from "./define/service.js";
import { type RunningService, startService } from "./host/start-service.js";
import type { ReadyMessage } from "./ready-message.js";
import { type ServiceSettings, serviceSettings } from "./settings.js";
import { finishWithoutPrimary, onStopSignals } from "./stop-signals.js";
import { runPrimary } from "./workers/run-primary.js";

export interface ProcessOptions<Settings extends ServiceSettings> {
  readonly service: string;
  readonly settings: z.ZodObject & z.ZodType<Settings>;
  readonly start: (settings: Settings, logger: Logger) => Promise<RunningService>;
  /** Only a `main.ts` hands it over: nothing else reads the environment, takes signals or exits. */
  readonly process: NodeJS.Process;
}

/**
 * Runs a service as a process: settings from the environment, a log on standard output, a drain on SIGTERM, SIGINT or the
 * end of the parent. With several workers (WEFT_WORKERS) it starts itself that many times, and again what dies of them.
 * Exit codes: 0 after a drain, 1 after a failure or a second signal, 2 for bad configuration.
 */
export async function runProcess<Settings extends ServiceSettings>(options: ProcessOptions<Settings>): Promise<void> {
  const { service, process } = options;
  if (process.argv.includes("--help")) {
    process.stdout.write(help(service, options.settings));
    return;
  }
  try {
    const settings = readConfig(options.settings, { env: process.env }) as unknown as Settings;
    const logger = createLogger({ service, level: settings.logLevel });
    // What grpc-js would print on standard error reaches us as errors too.
    if (process.env.GRPC_VERBOSITY === undefined) setLogVerbosity(logVerbosity.NONE);
    if (settings.workers > 1 && cluster.isPrimary) await runPrimary({ service, settings, logger, process });
    else await runHere(service, process, () => options.start(settings, logger), logger);
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

/** Runs it to its end in this process. */
async function runHere(
  service: string,
  process: NodeJS.Process,
  start: () => Promise<RunningService>,
  logger: Logger,
): Promise<void> {
  // Signals are caught before it starts: reading its data may keep a service busy for a while.
  const starting = Promise.resolve().then(start);
  const failed = (error: unknown) => {
    logger.error({ err: error }, "stopping failed");
    return 1;
  };
  const stop = () => {
    // A start that fails reports itself.
    const closed = starting.then(
      (running) => running.close().then(() => 0, failed),
      () => 1,
    );
    void closed.then((code) => process.exit(code));
  };
  onStopSignals(process, { stop, logger });
  logger.info({ node_version: process.version }, "starting");
  const { node, meshAddress, publicAddress } = await starting;
  finishWithoutPrimary();
  logger.info({ node: node.id, mesh_address: meshAddress, public_address: publicAddress }, "ready");
  process.send?.({ type: "ready", service, meshAddress, publicAddress } satisfies ReadyMessage);
}

function help(service: string, settings: z.ZodObject): string {
  const rows = settingRows(settings).map(({ env, description, defaultValue }) => {
    const shown = defaultValue === undefined || defaultValue === "" ? "" : ` [${asGiven(defaultValue)}]`;
    return `  ${env.padEnd(32)} ${description}${shown}`;
  });
  return `Service ${service}. Settings: environment variables, or a JSON file named by WEFT_CONFIG.\n\n${rows.join("\n")}\n`;
}

/** As it would stand in the environment. */
function asGiven(value: unknown): string {
  return typeof value === "object" && !Array.isArray(value) ? JSON.stringify(value) : String(value);
}
