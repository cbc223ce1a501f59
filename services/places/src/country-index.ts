import type { City } from "./cities.js";

export interface CountryStats {
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly count: number;
  readonly population: number;
}

export interface CountryIndex {
  /** The cities of a country, by its code in either case, in the order of the data; nothing for a code that no city has. */
  citiesOf(country: string): readonly City[] | undefined;
  /** One row per country, by code. */
  readonly stats: readonly CountryStats[];
}

/** Cities by country, and the sums, worked out once. */
export function createCountryIndex(cities: readonly City[]): CountryIndex {
  const byCountry = new Map<string, City[]>();
  for (const city of cities) {
    const others = byCountry.get(city.country);
    if (others === undefined) byCountry.set(city.country, [city]);
    else others.push(city);
  }

  const stats = [...byCountry].map(([country, members]) => ({
    country,
    count: members.length,
    population: members.reduce((sum, { population }) => sum + population, 0),
  }));
  return {
    citiesOf: (country) => byCountry.get(country.toUpperCase()),
    stats: stats.sort((a, b) => (a.country < b.country ? -1 : 1)),
  };
}
