import type { Case, Contestant } from "./benchmark.js";
import { measureLoad, proveAnswers, settle } from "./load/measure-load.js";
import { withStages } from "./load/stages.js";

const callers = 64;

/** Reading from a cache in another process: ours over a link, and Redis. */
export const cacheCalls: readonly Case[] = [
  {
    name: "64 callers",
    contestants: [
      contestant("64 callers", "weft cache", "weft-server", "weft-get-client"),
      contestant("64 callers", "weft ctx.call", "weft-server", "weft-call-client"),
      contestant("64 callers", "ioredis", "redis-server", "ioredis-get-client"),
    ],
  },
  {
    name: "batch 16",
    contestants: [
      contestant("batch 16", "weft cache", "weft-server", "weft-batch-client"),
      contestant("batch 16", "ioredis", "redis-server", "ioredis-batch-client"),
    ],
  },
];

export const cacheCallConditions: readonly string[] = [
  `calls: ${callers} callers in one process, 3.5 s (--quick) or 6 s of them before anything counts, values of 100 bytes as JSON, parsed and checked; of redis the server's own CPU is not shown`,
  "weft cache: ctx.cache.get and getMany of a service, or ctx.call, validation at both ends; ioredis: auto-pipelining, batches by MGET",
];

function contestant(of: string, name: string, server: string, client: string): Contestant {
  const module = (file: string) => new URL(`./cache-calls/${file}.js`, import.meta.url);
  const stages = [
    { name: "server", module: module(server) },
    { name: "client", module: module(client) },
  ];
  return {
    name,
    isOurs: name !== "ioredis",
    measure: (turn) =>
      withStages(stages, async (running) => {
        await proveAnswers(running);
        await settle(callers, running, turn);
        return measureLoad(of, callers, running, turn);
      }),
  };
}
