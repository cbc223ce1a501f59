/**
 * The memory of a process against what its cache accounts for: values of many sizes up to a limit of 512 MiB, four times
 * over, then ten million tiny entries. Fails unless the process stays within 0.7 to 1.5 times of the accounted bytes.
 *
 *     npm run build && node test/dist/soak/cache-memory.js
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { createMemoryStore, type MemoryStore, storeValue, turnClock } from "@weft/cache";
import { systemClock } from "@weft/core";
import { seededRandom } from "@weft/core/testkit";

const clock = turnClock(systemClock);
const mebibyte = 2 ** 20;
const [least, most] = [0.7, 1.5];

function residentBytes(): number {
  globalThis.gc?.();
  globalThis.gc?.();
  return process.memoryUsage().rss;
}

/** Fills a store and compares. */
function measure(name: string, store: MemoryStore, fill: () => void): boolean {
  const before = residentBytes();
  const startedMs = performance.now();
  fill();
  const seconds = (performance.now() - startedMs) / 1_000;
  const resident = residentBytes() - before;
  const { bytesUsed, size } = store.stats();
  const factor = resident / bytesUsed;
  process.stdout.write(
    `${name}: ${size} entries, accounted ${mib(bytesUsed)} MiB (${Math.round(bytesUsed / size)} B each), resident ${mib(resident)} MiB, factor ${factor.toFixed(2)}, ${seconds.toFixed(1)} s\n`,
  );
  return factor >= least && factor <= most;
}

function mib(bytes: number): string {
  return (bytes / mebibyte).toFixed(0);
}

function manySizes(eviction: "lru" | "w-tinylfu"): boolean {
  const maxBytes = 512 * mebibyte;
  const store = createMemoryStore({ capacity: 5_000_000, maxBytes, eviction, clock });
  const random = seededRandom(1);
  let worst = 0;
  const isWithin = measure(`values of 10 B to 20 KB, ${eviction}`, store, () => {
    for (let written = 0, i = 0; written < 4 * maxBytes; i++) {
      const length = Math.floor(10 * 2_000 ** random());
      store.set(`key:${i}`, storeValue("bytes", Buffer.alloc(length, i)), { ttl: 3_600_000 });
      written += length + 250;
      if (i % 1_000 === 0) worst = Math.max(worst, store.stats().bytesUsed);
    }
  });
  return isWithin && worst <= maxBytes;
}

function tiny(): boolean {
  const entries = 10_000_000;
  const store = createMemoryStore({ capacity: entries, clock });
  const isWithin = measure("ten million tiny entries", store, () => {
    for (let i = 0; i < entries; i++) store.set(`k${i}`, storeValue("json", Buffer.from(String(i))));
    for (let i = 0; i < entries / 10; i++) store.set(`m${i}`, storeValue("json", Buffer.from("1"))); // and a tenth evicted
  });
  return isWithin && store.stats().size === entries && store.has("m1") && !store.has("k1");
}

const measurements: Readonly<Record<string, () => boolean>> = {
  lru: () => manySizes("lru"),
  "w-tinylfu": () => manySizes("w-tinylfu"),
  tiny,
};

/** Each in a process of its own: what one has left behind would hide what the next one takes. */
function runAll(): boolean {
  const path = fileURLToPath(import.meta.url);
  const codes = Object.keys(measurements).map((name) => {
    const flags = ["--expose-gc", "--max-old-space-size=8000"];
    return spawnSync(process.execPath, [...flags, path, name], { stdio: "inherit" }).status;
  });
  return codes.every((code) => code === 0);
}

const run = measurements[process.argv[2] ?? ""] ?? runAll;
process.exitCode = run() ? 0 : 1;
