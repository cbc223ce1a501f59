import { Code, WeftError } from "@weft/core";
import { defineService, fn, runService } from "@weft/service";

const sold = new Map<string, string>();

const tickets = defineService({
  name: "tickets",
  version: "1.0.0",
  functions: {
    venue: fn({
      summary: "Where it takes place",
      args: { id: "string" },
      permission: "public",
      idempotent: true, // so that a loss may be tried again too, not only an error answer
      retry: 2,
      resultCache: { key: ["id"], ttlMs: 60_000, staleMs: 600_000 },
      handler: ({ id }, ctx) => ctx.call("places.find", { id }, { timeoutMs: 1_000 }),
    }),
    buy: fn({
      summary: "One seat for one person",
      args: { seat: ["string", 8], name: "string" },
      permission: "public",
      before: "trimmed",
      rateLimits: [{ key: "ip_address", max: 10, windowMs: 60_000 }],
      concurrency: { max: 50, queue: 200 },
      handler({ seat, name }) {
        if (sold.has(seat)) throw new WeftError(Code.AlreadyExists, `seat ${seat} is sold`, { reason: "SEAT_SOLD" });
        sold.set(seat, name);
        return { seat, name };
      },
    }),
    trimmed: fn.callback({ handler: ({ args }) => ({ args: { ...args, name: String(args.name).trim() } }) }),
  },
});

await runService(tickets, process);
