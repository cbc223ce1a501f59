import { expect, test } from "@jest/globals";
import { loadCities } from "./cities.js";
import { createCountryIndex } from "./country-index.js";

const cities = loadCities();
const countries = createCountryIndex(cities);

test("a country has its own cities, all of them and in the order of the data", () => {
  expect(countries.citiesOf("MT")).toEqual(cities.filter(({ country }) => country === "MT"));
});

test("the case of a code makes no difference", () => {
  expect(countries.citiesOf("gb")).toBe(countries.citiesOf("GB"));
});

test("an unknown code has no cities", () => {
  expect(countries.citiesOf("XX")).toBeUndefined();
  expect(countries.citiesOf("constructor")).toBeUndefined();
});

test("the sums of the countries are those of the world", () => {
  const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0);

  expect(countries.stats).toHaveLength(246);
  expect(sum(countries.stats.map(({ count }) => count))).toBe(cities.length);
  expect(sum(countries.stats.map(({ population }) => population))).toBe(sum(cities.map((city) => city.population)));
  expect(countries.stats.map(({ country }) => country)).toEqual(countries.stats.map((row) => row.country).sort());
});
