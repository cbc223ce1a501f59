#!/usr/bin/env node
import { runProcess, serviceSettings } from "@weft/service";
import { startPlaces } from "./app.js";

await runProcess({ service: "places", settings: serviceSettings, start: startPlaces, process });
