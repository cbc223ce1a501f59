import type { Logger } from "@weft/core";
import { type RunningService, type ServiceSettings, startService } from "@weft/service";
import { createAtlas } from "./atlas.js";
import { loadCities } from "./cities.js";
import { placesService } from "./service.js";

/** Starts the service: the data first, so that it is ready when the first call comes. */
export function startPlaces(settings: ServiceSettings, logger: Logger): Promise<RunningService> {
  const service = placesService(createAtlas(loadCities()));
  return startService(service, { settings, logger });
}
