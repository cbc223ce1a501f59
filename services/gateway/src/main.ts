#!/usr/bin/env node
import { runProcess } from "@weft/service";
import { startGateway } from "./app.js";
import { gatewaySettings } from "./config.js";

await runProcess({ service: "gateway", settings: gatewaySettings, start: startGateway, process });
