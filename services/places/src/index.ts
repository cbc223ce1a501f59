export { type Atlas, createAtlas } from "./atlas.js";
export { type City, loadCities, type Place } from "./cities.js";
export { type CityData, cityData } from "./city-data.js";
export { placesService } from "./service.js";
