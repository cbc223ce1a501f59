import { expect, test } from "@jest/globals";
import { seededRandom } from "@weft/core/testkit";
import { type City, loadCities } from "./cities.js";
import { fold } from "./fold.js";
import { createNameIndex } from "./name-index.js";

const cities = loadCities();
const index = createNameIndex(cities);
const names = (found: readonly City[]) => found.map(({ name }) => name);

test("the city with the most people comes first", () => {
  const [first, ...others] = index.startingWith("london", 3);

  expect(first).toMatchObject({ cityId: 2643743, country: "GB" });
  expect(others.map(({ population }) => population)).toEqual([346765, 87153]);
});

test("accents and case make no difference, in the query or in the name", () => {
  expect(names(index.startingWith("zuri", 1))).toEqual(names(index.startingWith("ZÜRI", 1)));
  expect(names(index.startingWith("lodz", 1))).toEqual(["Łódź"]);
  expect(names(index.startingWith("são paulo", 1))).toEqual(["São Paulo"]);
});

test("a prefix that no name has finds nothing", () => {
  expect(index.startingWith("qqq", 10)).toEqual([]);
  expect(index.startingWith("\uffff", 10)).toEqual([]);
});

test("the empty prefix finds the largest cities of all", () => {
  expect(names(index.startingWith("", 2))).toEqual(["Shanghai", "Istanbul"]);
});

test("finds what a scan of all names finds, for prefixes of any length", () => {
  const random = seededRandom(11);
  const folded = cities.map((city) => ({ key: fold(city.name), city }));

  for (let round = 0; round < 40; round++) {
    const { key } = folded[Math.floor(random() * folded.length)] ?? { key: "" };
    const prefix = key.slice(0, 1 + Math.floor(random() * 6));

    const found = index.startingWith(prefix, 25);

    const matching = folded.filter((entry) => entry.key.startsWith(prefix)).map(({ city }) => city);
    const populations = matching.map(({ population }) => population).sort((a, b) => b - a);
    expect(found.map(({ population }) => population)).toEqual(populations.slice(0, 25));
    expect(found.every((city) => matching.includes(city))).toBe(true);
  }
});
