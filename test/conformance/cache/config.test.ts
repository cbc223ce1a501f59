import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, expect, test } from "@jest/globals";
import { cacheSettings, startCache } from "@weft/cache";
import { readConfig, silentLogger } from "@weft/core";
import { repositoryRoot } from "../../support/repository.js";

const main = join(repositoryRoot, "services", "cache", "dist", "main.js");
const folder = mkdtempSync(join(tmpdir(), "weft-cache-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the cache as a process that must give up: its exit code and what it says. */
async function run(env: Record<string, string>): Promise<{ code: unknown; said: string }> {
  const free = { WEFT_LISTEN: "127.0.0.1:0", WEFT_DISCOVERY: "embedded" };
  const child = spawn(process.execPath, [main], { env: { ...free, ...env }, stdio: ["ignore", "ignore", "pipe"] });
  const [[code], said] = await Promise.all([once(child, "exit"), text(child.stderr)]);
  return { code, said };
}

const invalidCapacity = "Invalid capacity value";
const smallCapacity = "Capacity must be a positive number";
const invalidTtl = "Invalid default_ttl value";
const smallTtl = "Default TTL must be a positive number";

test.each([
  ['{"capacity":0}', smallCapacity],
  ['{"capacity":-1}', smallCapacity],
  ['{"capacity":"5"}', invalidCapacity],
  ['{"capacity":null}', invalidCapacity],
  ['{"capacity":2.5}', invalidCapacity],
  ['{"default_ttl":0}', smallTtl],
  ['{"default_ttl":"5"}', invalidTtl],
  ['{"default_ttl":null}', invalidTtl],
  ['{"default_ttl":2.5}', invalidTtl],
])("cache C34: the file %s refuses the start", async (json, message) => {
  const file = join(folder, "config.json");
  writeFileSync(file, json);

  const { code, said } = await run({ WEFT_CONFIG: file });

  expect(said).toContain(`: ${message}, got `);
  expect(code).toBe(2);
});

test.each([
  ["WEFT_CACHE_CAPACITY", "0", smallCapacity],
  ["WEFT_CACHE_CAPACITY", "2.0", invalidCapacity],
  ["WEFT_CACHE_DEFAULT_TTL", "-5", smallTtl],
  ["WEFT_CACHE_DEFAULT_TTL", "abc", invalidTtl],
])("cache C34: the variable %s=%s refuses the start", async (name, value, message) => {
  const { code, said } = await run({ [name]: value });

  expect(said).toContain(`${name}: ${message}, got `);
  expect(code).toBe(2);
});

test("cache C34: without any setting the capacity is a thousand", async () => {
  const env = { WEFT_LISTEN: "127.0.0.1:0", WEFT_DISCOVERY: "embedded", WEFT_DRAIN_DELAY_MS: "0" };
  const settings = readConfig(cacheSettings, { env });

  const cache = await startCache(settings, silentLogger);

  await cache.close();
  expect(settings.capacity).toBe(1_000);
});
