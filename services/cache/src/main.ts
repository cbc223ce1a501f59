#!/usr/bin/env node
import { runProcess } from "@weft/service";
import { startCache } from "./app.js";
import { cacheSettings } from "./config.js";

await runProcess({ service: "cache", settings: cacheSettings, start: startCache, process });
