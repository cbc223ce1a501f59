import { around, distance } from "geokdbush";
import KDBush from "kdbush";
import type { City } from "./cities.js";

export interface Point {
  readonly lat: number;
  readonly lon: number;
}

export interface Neighbour {
  readonly city: City;
  readonly distanceKm: number;
}

export interface SpatialIndex {
  /** Cities within `radiusKm` of a point, the nearest first. */
  near(point: Point, radiusKm: number, limit: number): Neighbour[];
}

/** A k-d tree searched along great circles, so that the poles and the antimeridian need no care here. */
export function createSpatialIndex(cities: readonly City[]): SpatialIndex {
  const tree = new KDBush(cities.length);
  for (const city of cities) tree.add(...city.loc.coordinates);
  tree.finish();

  return {
    near({ lat, lon }, radiusKm, limit) {
      return around(tree, lon, lat, limit, radiusKm).flatMap((row) => {
        const city = cities[row];
        return city === undefined ? [] : { city, distanceKm: distance(lon, lat, ...city.loc.coordinates) };
      });
    },
  };
}
