import type { Case, Contestant } from "./benchmark.js";
import { measureLoad, proveAnswers } from "./load/measure-load.js";
import { withStages } from "./load/stages.js";

const callers = 64;

/** Reading from a cache in another process: ours over a link, and Redis. */
export const cacheCalls: readonly Case[] = [
  { name: "64 callers", contestants: contestants("64 callers", "get") },
  { name: "batch 16", contestants: contestants("batch 16", "batch") },
];

export const cacheCallConditions: readonly string[] = [
  `calls: ${callers} callers in one process, values of 100 bytes as JSON, parsed and checked; of redis the server's own CPU is not shown`,
  "weft cache: ctx.call of a service, validation at both ends; ioredis: auto-pipelining, batches by MGET",
];

function contestants(of: string, client: "get" | "batch"): readonly Contestant[] {
  return [contestant(of, "weft cache", "weft", client, true), contestant(of, "ioredis", "redis", client, false)];
}

function contestant(of: string, name: string, server: string, client: string, isOurs: boolean): Contestant {
  const module = (file: string) => new URL(`./cache-calls/${file}.js`, import.meta.url);
  const stages = [
    { name: "server", module: module(`${server}-server`) },
    { name: "client", module: module(`${isOurs ? "weft" : "ioredis"}-${client}-client`) },
  ];
  return {
    name,
    isOurs,
    measure: (turn) =>
      withStages(stages, async (running) => {
        await proveAnswers(running);
        return measureLoad(of, callers, running, turn);
      }),
  };
}
