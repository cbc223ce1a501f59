import type { City } from "./cities.js";
import { type CountryIndex, createCountryIndex } from "./country-index.js";
import { createNameIndex, type NameIndex } from "./name-index.js";
import { createSpatialIndex, type SpatialIndex } from "./spatial-index.js";

/** The cities, and an index for every question that is asked about them: no answer takes a scan. */
export interface Atlas extends NameIndex, SpatialIndex, CountryIndex {
  readonly cities: readonly City[];
  /** By GeoNames id, in decimal. */
  find(id: string): City | undefined;
}

/** Blocks for about 0.5 s with all cities: done once, before the service takes calls. */
export function createAtlas(cities: readonly City[]): Atlas {
  const byId = new Map(cities.map((city) => [String(city.cityId), city]));
  return {
    cities,
    find: (id) => byId.get(id),
    ...createNameIndex(cities),
    ...createSpatialIndex(cities),
    ...createCountryIndex(cities),
  };
}
