import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { type Clock, silentLogger } from "@weft/core";
import { fakeClock } from "@weft/core/testkit";
import { createService } from "@weft/plugin-chain";
import { hosting } from "@weft/service";
import { createMemoryStore, type MemoryStore } from "../engine/memory-store.js";
import { bytesOf, storeValue } from "../store/stored-value.js";
import { snapshot } from "./snapshot.js";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "weft-snapshot-"));
  file = join(folder, "cache.snapshot");
});
afterEach(() => rmSync(folder, { recursive: true }));

const value = (text: string) => storeValue("json", Buffer.from(text));

/** A service with nothing but snapshots of these stores. */
async function run(stores: Record<string, MemoryStore>, clock: Clock) {
  const options = { stores, file, everyMs: 60_000, clock, logger: silentLogger };
  const service = createService({ service: { name: "cache" }, callbacks: hosting, plugins: [snapshot(options)] });
  await service.start();
  return service;
}

const keysOf = async (store: MemoryStore) =>
  (await store.list({ descending: false, offset: 0 })).rows.map((row) => row.key);

test("entries come back with all that was known of them, in order of use", async () => {
  const clock = fakeClock();
  const open = (capacity = 10) => ({
    "": createMemoryStore({ capacity, clock }),
    other: createMemoryStore({ capacity, clock }),
  });
  const before = open();
  const service = await run(before, clock);
  before[""].set("brief", value("1"), { ttl: 10_000 });
  before[""].set("sliding", value("2"), { ttl: 50_000, idleMs: 20_000, tags: ["t"] });
  before[""].set("__proto__", value('"ö"'));
  before[""].set("large", storeValue("bytes", Buffer.alloc(300_000, 7), "image/png"));
  before[""].set("\ud800", value("5"));
  before.other.set("brief", value("6"));
  const version = before[""].get("brief")?.version;
  await service.stop();

  clock.advance(4_000);
  const after = open();
  await run(after, clock);

  expect(after[""].ttl("brief")).toEqual({ leftMs: 6_000 });
  expect(after[""].ttl("sliding")).toEqual({ leftMs: 16_000, isSliding: true });
  expect(after[""].ttl("__proto__")).toEqual({});
  const large = after[""].get("large");
  expect(large?.value).toMatchObject({ kind: "bytes", contentType: "image/png" });
  expect(large && bytesOf(large.value).equals(Buffer.alloc(300_000, 7))).toBe(true);
  expect(after[""].get("brief")?.version).toBe(version);
  expect(await after[""].removeMatching({ tag: "t" })).toBe(1);
  expect(await keysOf(after.other)).toEqual(["brief"]);
  const newest = after[""].set("new", value("1")) as { version: number };
  expect(newest.version).toBeGreaterThan(5);
});

test("the next eviction is the same after a restart", async () => {
  const clock = fakeClock();
  const before = createMemoryStore({ capacity: 3, clock });
  const service = await run({ "": before }, clock);
  for (const key of ["a", "b", "c"]) before.set(key, value("1"));
  before.get("a");
  await service.stop();

  const after = createMemoryStore({ capacity: 3, clock });
  await run({ "": after }, clock);
  after.set("d", value("1"));

  expect(await keysOf(after)).toEqual(["a", "c", "d"]);
});

test("what expired meanwhile stays away, and of what no longer fits the least recent goes", async () => {
  const clock = fakeClock();
  const before = createMemoryStore({ capacity: 10, clock });
  const service = await run({ "": before }, clock);
  before.set("brief", value("1"), { ttl: 1_000 });
  for (const key of ["a", "b", "c"]) before.set(key, value("1"));
  await service.stop();

  clock.advance(5_000);
  const after = createMemoryStore({ capacity: 2, clock });
  await run({ "": after }, clock);

  expect(await keysOf(after)).toEqual(["b", "c"]);
});

test("a file that is cut anywhere, or of which any byte has changed, is set aside", async () => {
  const clock = fakeClock();
  const before = createMemoryStore({ capacity: 10, clock });
  const service = await run({ "": before }, clock);
  for (const key of ["a", "b"]) before.set(key, value("1"));
  await service.stop();
  const whole = readFileSync(file);
  const damaged = [
    ...Array.from({ length: 20 }, (_, i) => whole.subarray(0, Math.floor((i * whole.length) / 20))),
    whole.subarray(0, whole.length - 1),
    Buffer.concat([whole, Buffer.from("x")]),
    ...[0, 30, whole.length >> 1, whole.length - 1].map((at) => {
      const changed = Buffer.from(whole);
      changed[at] = (changed[at] as number) ^ 1;
      return changed;
    }),
  ];

  for (const content of damaged) {
    writeFileSync(file, content);
    const after = createMemoryStore({ capacity: 10, clock });
    await run({ "": after }, clock);

    expect(after.stats().size).toBe(0);
    expect(readFileSync(`${file}.corrupt`).equals(content)).toBe(true);
    expect(readdirSync(folder)).toEqual(["cache.snapshot.corrupt"]);
  }
});
