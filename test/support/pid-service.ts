/** A service that says which process answers, to be run as a program with workers. */
import { fileURLToPath } from "node:url";
import { defineService, fn, runService } from "@weft/service";
import type { ServiceProgram } from "./process-mesh.js";

const pidService = defineService({
  name: "pid",
  version: "1.0.0",
  functions: { mine: fn({ permission: "public", idempotent: true, handler: () => process.pid }) },
});

const path = fileURLToPath(import.meta.url);

/** Started with `startProcess`. */
export const pidProgram: ServiceProgram = { name: pidService.name, main: path };

if (process.argv[1] === path) await runService(pidService, process);
