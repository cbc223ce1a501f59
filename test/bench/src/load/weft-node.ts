import { createLogger } from "@weft/core/logger";
import { type RunningService, type ServiceDefinition, serviceSettings, startService } from "@weft/service";

/** A node with the settings that it has in production, but for the log, which keeps to warnings: no peer writes one. */
export function startNode(service: ServiceDefinition, discovery: string): Promise<RunningService> {
  return startService(service, {
    settings: serviceSettings.parse({ discovery }),
    logger: createLogger({ service: service.name, level: "warn" }),
  });
}
