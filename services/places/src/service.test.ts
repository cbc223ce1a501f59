import { expect, test } from "@jest/globals";
import { Code } from "@weft/core";
import type { FunctionDefinition, HandlerContext, StreamHandler, UnaryHandler } from "@weft/service";
import { createAtlas } from "./atlas.js";
import { loadCities, type Place } from "./cities.js";
import { placesService } from "./service.js";

const atlas = createAtlas(loadCities());
const { functions } = placesService({ name: "city-data", atlas });
const handlerOf = (name: string) => (functions[name] as FunctionDefinition).handler;

async function call(name: string, args: object): Promise<unknown> {
  const handler = handlerOf(name) as UnaryHandler<object>;
  return handler(args, {} as HandlerContext);
}

function stream(name: string, args: object, signal = new AbortController().signal): AsyncIterable<unknown> {
  const handler = handlerOf(name) as StreamHandler<object>;
  return handler(args, { signal } as HandlerContext);
}

async function collect(items: AsyncIterable<unknown>): Promise<Place[]> {
  const places: Place[] = [];
  for await (const place of items) places.push(place as Place);
  return places;
}

test("find answers the place with an id", async () => {
  expect(await call("find", { id: "2643743" })).toMatchObject({ id: "2643743", name: "London", country: "GB" });
});

test.each(["0", "02643743", "2643743.0", "", "constructor"])('no place has the id "%s"', async (id) => {
  await expect(call("find", { id })).rejects.toMatchObject({
    code: Code.NotFound,
    message: `no place with id "${id}"`,
    reason: "PLACE_NOT_FOUND",
  });
});

test("search answers as many places as asked for, the largest first", async () => {
  const found = await call("search", { name: "SAN", limit: 2 });

  expect(found).toMatchObject([{ name: "Santiago" }, { name: "Santo Domingo" }]);
});

test("nearby tells the distance to each place", async () => {
  const found = await call("nearby", { lat: 51.5, lon: -0.12, radius_km: 5, limit: 2 });

  expect(found).toMatchObject([
    { name: "Lambeth", distance_km: 0.714 },
    { name: "London", distance_km: 1.028 },
  ]);
});

test.each([0, 101, 2.5, -1])("a limit of %d is refused", async (limit) => {
  const refusal = { code: Code.InvalidArgument, violations: [{ field: "args.limit" }] };

  await expect(call("search", { name: "a", limit })).rejects.toMatchObject(refusal);
  await expect(call("nearby", { lat: 0, lon: 0, radius_km: 1, limit })).rejects.toMatchObject(refusal);
});

test("nearby names everything that is wrong at once", async () => {
  await expect(call("nearby", { lat: 90.1, lon: -181, radius_km: -1, limit: 0 })).rejects.toMatchObject({
    code: Code.InvalidArgument,
    message: "lat must be from -90 to 90, got 90.1 (and 3 more)",
    violations: ["args.lat", "args.lon", "args.radius_km", "args.limit"].map((field) => ({ field })),
  });
});

test("export gives a country, whatever the case of its code", async () => {
  const malta = await collect(stream("export", { country: "mt" }));

  expect(malta).toHaveLength(atlas.stats.find(({ country }) => country === "MT")?.count ?? 0);
  expect(new Set(malta.map(({ country }) => country))).toEqual(new Set(["MT"]));
});

test("export gives the world, the same each time, when no country is asked for", async () => {
  const world = await collect(stream("export", { country: null }));

  expect(world).toHaveLength(135_233);
  expect(world.map(({ id }) => id)).toEqual(atlas.cities.map(({ cityId }) => String(cityId)));
});

test("export of an unknown country fails before the first item", async () => {
  const first = stream("export", { country: "XX" })[Symbol.asyncIterator]().next();

  await expect(first).rejects.toMatchObject({ code: Code.NotFound, reason: "COUNTRY_NOT_FOUND" });
});

test("export ends as soon as nobody wants more", async () => {
  const abort = new AbortController();
  let taken = 0;

  for await (const _ of stream("export", { country: null }, abort.signal)) {
    if (++taken === 3) abort.abort();
  }

  expect(taken).toBe(3);
});

test("stats counts every country", async () => {
  expect(await call("stats", {})).toContainEqual({ country: "AD", count: 10, population: 73931 });
});
