import { expect, test } from "@jest/globals";
import { seededRandom } from "@weft/core/testkit";
import { loadCities } from "./cities.js";
import { createSpatialIndex, type Point } from "./spatial-index.js";

const cities = loadCities();
const index = createSpatialIndex(cities);

/** A point on a ball of radius 1: distances through the ball are another way to those along its surface. */
function vector({ lat, lon }: Point): readonly [number, number, number] {
  const [phi, lambda] = [(lat * Math.PI) / 180, (lon * Math.PI) / 180];
  return [Math.cos(phi) * Math.cos(lambda), Math.cos(phi) * Math.sin(lambda), Math.sin(phi)];
}

const vectors = cities.map(({ loc: { coordinates } }) => vector({ lat: coordinates[1], lon: coordinates[0] }));

/** The distances that a scan of all cities finds. */
function scan(point: Point, radiusKm: number, limit: number): number[] {
  const [x, y, z] = vector(point);
  const chords = vectors.map(([a, b, c]) => Math.sqrt((a - x) ** 2 + (b - y) ** 2 + (c - z) ** 2));
  const distances = chords.map((chord) => 2 * 6371 * Math.asin(Math.min(1, chord / 2)));
  return distances
    .filter((km) => km <= radiusKm)
    .sort((a, b) => a - b)
    .slice(0, limit);
}

const toMetres = (km: number) => Math.round(km * 1000);

test("finds what a scan of all cities finds, from anywhere and within any radius", () => {
  const random = seededRandom(13);

  for (let round = 0; round < 10; round++) {
    const point = { lat: random() * 180 - 90, lon: random() * 360 - 180 };
    const radiusKm = 10 ** (1 + random() * 3.3);
    const limit = 1 + Math.floor(random() * 60);

    const found = index.near(point, radiusKm, limit);

    expect(found.map(({ distanceKm }) => toMetres(distanceKm))).toEqual(scan(point, radiusKm, limit).map(toMetres));
  }
});

test.each([
  ["the north pole", { lat: 90, lon: 0 }],
  ["the south pole", { lat: -90, lon: 77 }],
  ["the antimeridian from the west", { lat: -17, lon: 180 }],
  ["the antimeridian from the east", { lat: -17, lon: -180 }],
  ["close to the antimeridian", { lat: 65, lon: 179.99 }],
  ["the point where all begins", { lat: 0, lon: 0 }],
])("finds what a scan finds at %s", (_, point) => {
  const found = index.near(point, 20_000, 50);

  expect(found.map(({ distanceKm }) => toMetres(distanceKm))).toEqual(scan(point, 20_000, 50).map(toMetres));
});

test("both names of the antimeridian are one place", () => {
  const [east, west] = [180, -180].map((lon) => index.near({ lat: -17, lon }, 300, 20).map(({ city }) => city.name));

  expect(east).toContain("Nadi");
  expect(east).toEqual(west);
});

test("a city is its own nearest neighbour", () => {
  const [first] = index.near({ lat: 51.50853, lon: -0.12574 }, 1, 5);

  expect(first).toMatchObject({ city: { name: "London" }, distanceKm: 0 });
});

test("nothing is found where nobody lives", () => {
  expect(index.near({ lat: -48.88, lon: -123.39 }, 1_000, 10)).toEqual([]);
});
