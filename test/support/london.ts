/** What `places.find` answers for the id 2643743. */
export const london = {
  id: "2643743",
  name: "London",
  country: "GB",
  admin_code: "ENG",
  feature_code: "PPLC",
  lat: 51.50853,
  lon: -0.12574,
  population: 7_556_900,
};
