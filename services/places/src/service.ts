import { Code, WeftError } from "@weft/core";
import { defineService, fn, type ServiceDefinition } from "@weft/service";
import { outside, refuse, wrongLimit } from "./checks.js";
import { placeOf } from "./cities.js";
import { type CityData, cityData } from "./city-data.js";

const limit = { type: "num", default: 10, description: "The most places to answer, 1 to 100." } as const;

/** The functions that clients call as `places.find`, `places.search`, … What each answers stands in README.md. */
export function placesService(data: CityData = cityData()): ServiceDefinition {
  return defineService({
    name: "places",
    version: "1.0.0",
    plugins: [data],
    functions: {
      find: fn({
        summary: "One place by its GeoNames id",
        args: { id: { type: "string", maxBytes: 16, description: "Such as 2643743, London." } },
        permission: "public",
        idempotent: true,
        select: { hash: "id" },
        timeoutMs: 2_000,
        handler({ id }) {
          const city = data.atlas.find(id);
          if (city !== undefined) return placeOf(city);
          throw new WeftError(Code.NotFound, `no place with id ${JSON.stringify(id)}`, { reason: "PLACE_NOT_FOUND" });
        },
      }),

      search: fn({
        summary: "Places whose name starts with a text, the most people first",
        args: { name: { type: "string", maxBytes: 200, description: "Accents and case do not matter." }, limit },
        permission: "public",
        idempotent: true,
        timeoutMs: 2_000,
        handler({ name, limit }) {
          refuse(wrongLimit(limit));
          return data.atlas.startingWith(name, limit).map(placeOf);
        },
      }),

      nearby: fn({
        summary: "Places around a point, the nearest first",
        args: {
          lat: { type: "num", description: "Degrees north, -90 to 90." },
          lon: { type: "num", description: "Degrees east, -180 to 180." },
          radius_km: { type: "num", description: "0 to 20000, which is nearly the other end of the world." },
          limit,
        },
        permission: "public",
        idempotent: true,
        timeoutMs: 2_000,
        handler({ lat, lon, radius_km, limit }) {
          refuse([
            ...outside("lat", lat, -90, 90),
            ...outside("lon", lon, -180, 180),
            ...outside("radius_km", radius_km, 0, 20_000),
            ...wrongLimit(limit),
          ]);
          return data.atlas.near({ lat, lon }, radius_km, limit).map(({ city, distanceKm }) => ({
            ...placeOf(city),
            distance_km: Math.round(distanceKm * 1_000) / 1_000,
          }));
        },
      }),

      export: fn.stream({
        summary: "All places of a country, or of the world",
        args: { country: { type: "string", maxBytes: 16, allowNil: true, description: "ISO code, such as GB." } },
        permission: "public",
        idempotent: true,
        async *handler({ country }, { signal }) {
          const cities = country === null ? data.atlas.cities : data.atlas.citiesOf(country);
          if (cities === undefined)
            throw new WeftError(Code.NotFound, `no country with code ${JSON.stringify(country)}`, {
              reason: "COUNTRY_NOT_FOUND",
            });
          for (const city of cities) {
            if (signal.aborted) return;
            yield placeOf(city);
          }
        },
      }),

      stats: fn({
        summary: "How many places and people each country has",
        permission: "public",
        idempotent: true,
        timeoutMs: 2_000,
        handler: () => data.atlas.stats,
      }),
    },
  });
}
