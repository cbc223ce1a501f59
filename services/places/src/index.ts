export { startPlaces } from "./app.js";
export { type Atlas, createAtlas } from "./atlas.js";
export { type City, loadCities, type Place } from "./cities.js";
export { placesService } from "./service.js";
