/** A service to break, as a process: its calls take as long as they are told, its stream never ends. */
import { fileURLToPath } from "node:url";
import { defineService, fn, runService } from "@weft/service";
import type { ServiceProgram } from "./process-mesh.js";

const waitMs = { type: "num", default: 0 } as const;

async function slow(args: { waitMs: number }): Promise<string> {
  await new Promise((resolve) => setTimeout(resolve, args.waitMs));
  return "done";
}

const slowService = defineService({
  name: "slow",
  version: "1.0.0",
  functions: {
    write: fn({ permission: "public", args: { waitMs }, handler: slow }),
    read: fn({ permission: "public", args: { waitMs }, idempotent: true, handler: slow }),
    brief: fn({ permission: "public", args: { waitMs }, timeoutMs: 1_000, handler: slow }),
    count: fn.stream({
      permission: "public",
      async *handler() {
        for (let i = 1; ; i++) {
          yield i;
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
      },
    }),
  },
});

const path = fileURLToPath(import.meta.url);

/** Started with `startProcess`. */
export const slowProgram: ServiceProgram = { name: slowService.name, main: path };

if (process.argv[1] === path) await runService(slowService, process);
