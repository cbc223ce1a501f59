import { defineService, fn, runService } from "@weft/service";

const reports = defineService({
  name: "reports",
  version: "1.0.0",
  functions: {
    count: fn({
      summary: "How many cities a country has",
      mode: "async",
      args: { country: "string" },
      permission: "public",
      timeoutMs: 300_000,
      async handler({ country }, ctx) {
        let cities = 0;
        for await (const _city of ctx.stream("places.export", { country })) cities++;
        return { country, cities };
      },
    }),
  },
});

await runService(reports, process);
