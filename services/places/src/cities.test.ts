import { expect, test } from "@jest/globals";
import { loadCities, placeOf } from "./cities.js";

const cities = loadCities();

test("the data set is whole: 135,233 cities, by country and id", () => {
  expect(cities).toHaveLength(135_233);
  const unordered = cities.filter((city, row) => {
    const next = cities[row + 1];
    return next?.country === city.country && next.cityId <= city.cityId;
  });
  expect(unordered).toEqual([]);
});

test("a place is plain JSON with an id as text and its coordinates by name", () => {
  const london = cities.find(({ cityId }) => cityId === 2643743);

  expect(london && placeOf(london)).toEqual({
    id: "2643743",
    name: "London",
    country: "GB",
    admin_code: "ENG",
    feature_code: "PPLC",
    lat: 51.50853,
    lon: -0.12574,
    population: 7556900,
  });
});
