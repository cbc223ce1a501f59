import type { Plugin } from "@weft/plugin-chain";
import type { Hosting } from "@weft/service";
import { type Atlas, createAtlas } from "./atlas.js";
import { loadCities } from "./cities.js";

/** A plugin that holds the atlas while the service runs. */
export interface CityData extends Plugin<Hosting> {
  /** Throws before the start and after the stop: calls come only in between. */
  readonly atlas: Atlas;
}

/** Loads the cities before the service takes calls, about 0.8 s, and lets go of them when it has stopped. */
export function cityData(): CityData {
  let atlas: Atlas | undefined;
  return {
    name: "city-data",
    get atlas() {
      if (atlas === undefined) throw new Error("the cities are not loaded");
      return atlas;
    },
    start() {
      atlas = createAtlas(loadCities());
      return undefined;
    },
    stop() {
      atlas = undefined;
    },
  };
}
