import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { credentials } from "@grpc/grpc-js";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { channelOptions, decodeJsonObject, encodeJson, errorFromGrpc } from "@weft/contracts";
import { CacheServiceClient } from "@weft/contracts/cache";
import { seededRandom } from "@weft/core/testkit";
import { type ServiceProcess, startProcess } from "../../support/service-process.js";
import { until } from "../../support/within.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "weft-snapshot-"));
});
const started: ServiceProcess[] = [];
afterEach(async () => {
  for (const cache of started.splice(0)) {
    cache.kill("SIGKILL"); // nothing, if it has ended
    await cache.exited;
  }
  rmSync(folder, { recursive: true });
});

async function startCache(): Promise<ServiceProcess> {
  const cache = await startProcess("cache", {
    WEFT_LISTEN: "127.0.0.1:0",
    WEFT_DISCOVERY: "embedded",
    WEFT_DRAIN_DELAY_MS: "0",
    WEFT_CACHE_CAPACITY: "100000",
    WEFT_CACHE_SNAPSHOT_FILE: join(folder, "cache.snapshot"),
    WEFT_CACHE_SNAPSHOT_EVERY_MS: "100",
  });
  started.push(cache);
  return cache;
}

/** Sends an action and gives its output. */
async function ask(cache: ServiceProcess, input: object): Promise<Record<string, unknown>> {
  const client = new CacheServiceClient(cache.publicAddress, credentials.createInsecure(), channelOptions);
  try {
    return await new Promise((resolve, reject) =>
      client.execute({ input: { $case: "json", value: encodeJson(input) } }, (error, response) => {
        if (error !== null) reject(errorFromGrpc(error));
        else resolve(decodeJsonObject(response.output?.value as Buffer).value as Record<string, unknown>);
      }),
    );
  } finally {
    client.close();
  }
}

const savedEntries = (cache: ServiceProcess) =>
  [...cache.output().matchAll(/"entries":(\d+).*"saved a snapshot"/g)].map((match) => Number(match[1]));
const sizeOf = async (cache: ServiceProcess) =>
  ((await ask(cache, { action: "stats" })) as { stats: { size: number } }).stats.size;

test("what a log line tells to be saved outlives kill -9 at any moment, and no start finds a damaged file (seed 1)", async () => {
  const random = seededRandom(1);
  let written = 0;
  let saved = 0;

  for (let round = 0; round < 5; round++) {
    const cache = await startCache();
    const size = await sizeOf(cache);
    expect(size).toBeGreaterThanOrEqual(saved);
    expect(size).toBeLessThanOrEqual(written);
    const { items } = (await ask(cache, { action: "list", limit: 500 })) as { items: { key: string; value: string }[] };
    for (const { key, value } of items) expect(value.startsWith(`${key}.`)).toBe(true);

    for (let batch = 0; batch < 4; batch++) {
      const entries = Array.from({ length: 500 }, (_, i) => {
        const key = `${round}-${batch}-${i}`;
        return { key, value: `${key}.${"x".repeat(700)}` };
      });
      await ask(cache, { action: "set_many", entries });
      written += entries.length;
    }
    await until(() => savedEntries(cache).length > 0, "a first snapshot");
    await delay(random() * 150); // anywhere in a round: between two snapshots or within one
    cache.kill("SIGKILL");
    await cache.exited;
    saved = savedEntries(cache).at(-1) as number;
  }

  const last = await startCache();
  expect(await sizeOf(last)).toBeGreaterThanOrEqual(saved);
  expect(started.map((cache) => cache.output()).join("")).not.toContain("damaged");
  expect(readdirSync(folder).filter((name) => name.endsWith(".corrupt"))).toEqual([]);
}, 120_000);

test("an orderly end saves everything", async () => {
  const cache = await startCache();
  await ask(cache, { action: "set", key: "last", value: "word", ttl: 1_000 });

  cache.kill("SIGTERM");
  expect(await cache.exited).toBe(0);

  const next = await startCache();
  expect(await ask(next, { action: "get", key: "last" })).toMatchObject({ found: true, value: "word" });
});
