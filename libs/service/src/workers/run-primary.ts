import { ConfigError, type Logger, systemClock } from "@weft/core";
import type { ReadyMessage } from "../ready-message.js";
import type { ServiceSettings } from "../settings.js";
import { onStopSignals } from "../stop-signals.js";
import { serveRegistry } from "./serve-registry.js";
import { workerProblems } from "./worker-problems.js";
import { forkWorker } from "./worker-process.js";
import { startWorkers } from "./workers.js";

export interface PrimaryOptions {
  readonly service: string;
  readonly settings: ServiceSettings;
  readonly logger: Logger;
  readonly process: NodeJS.Process;
}

/**
 * Runs a service as several processes, of which this one only starts the others, hands them the connections to the public
 * port, and serves the registry if the settings say so. Throws a ConfigError if the settings fit a single process only.
 */
export async function runPrimary({ service, settings, logger, process }: PrimaryOptions): Promise<void> {
  const { workers: count, discovery, meshListen } = settings;
  const problems = workerProblems(settings);
  if (problems.length > 0) throw new ConfigError(problems);
  logger.info(
    { workers: count },
    "starting workers; each has limits, budgets, breakers, sticky tables, idempotency keys and kept results of its own",
  );
  const registry = discovery === "embedded" ? await serveRegistry(settings) : undefined;
  const env = registry && {
    WEFT_DISCOVERY: `embedded:${registry.address}`,
    WEFT_MESH_LISTEN: `${meshListen.slice(0, meshListen.lastIndexOf(":"))}:0`,
  };
  const launch = () => forkWorker({ ...env });
  const workers = startWorkers({ count, launch, clock: systemClock, random: Math.random, logger });
  onStopSignals(process, { stop: workers.stop, force: workers.kill, logger });
  void workers.ready.then(({ meshAddress, publicAddress }) => {
    // What others look for at a known address is the registry.
    const message = { type: "ready", service, meshAddress: registry?.address ?? meshAddress, publicAddress } as const;
    logger.info(
      { workers: count, mesh_address: message.meshAddress, public_address: publicAddress },
      "all workers ready",
    );
    process.send?.(message satisfies ReadyMessage);
  });
  const exitCode = await workers.exitCode;
  await registry?.close();
  process.exit(exitCode);
}
