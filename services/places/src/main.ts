#!/usr/bin/env node
import { runService } from "@weft/service";
import { placesService } from "./service.js";

await runService(placesService(), process);
