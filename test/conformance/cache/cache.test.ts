import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createMemoryStore, createNamespaces } from "@weft/cache";
import { encodeJson, encodeValue } from "@weft/contracts";
import type { ExecuteRequest } from "@weft/contracts/cache";
import { WeftError } from "@weft/core";
import { fakeClock } from "@weft/core/testkit";
import { type CachePort, openCachePort } from "./cache-port.js";
import { current, ofCase } from "./case-namespaces.js";
import { cases } from "./cases.js";
import { type Door, type DoorKind, doors } from "./doors.js";
import { moreCases } from "./more-cases.js";
import { expectRefusal, play } from "./play.js";

const table = [...cases, ...moreCases].flatMap((each) =>
  doors.map((kind) => [each.id, each.title, kind.name, each, kind] as const),
);

const opened = new Map<DoorKind, Door>();
beforeAll(async () => {
  for (const kind of doors) opened.set(kind, await kind.open(ofCase));
});
afterAll(async () => {
  for (const door of opened.values()) await door.close();
});

test.each(table)("cache %s: %s, by %s", async (_id, _title, _name, each, kind) => {
  const clock = fakeClock();
  const { capacity = 1_000, defaultTtlMs, namespace, maxEntryBytes } = each;
  const options = { capacity, clock, ...(defaultTtlMs !== undefined && { defaultTtlMs }) };
  const store = createMemoryStore({
    ...options,
    ...(maxEntryBytes !== undefined && { maxEntryBytes }),
    ...(each.refuses && { eviction: "none" }),
  });
  const others = namespace === undefined ? {} : { [namespace]: createMemoryStore({ ...options, namespace }) };
  current.use(createNamespaces(store, others));

  await play(each, opened.get(kind) as Door, kind, (ms) => clock.advance(ms));
});

let port: CachePort;
beforeAll(async () => {
  port = await openCachePort(createNamespaces(createMemoryStore({ capacity: 10, clock: fakeClock() })));
});
afterAll(() => port.close());

const mustBe = "Must be one of: set, get, remove, clear, exists, list, cleanup, stats";
const noAction = "Invalid input: Missing required 'action' field in cache input";
const noObject = "Invalid input: Cache input must be an object";
const invalid = (quoted: string) => `Invalid input: Invalid action '${quoted}'. ${mustBe}`;

test.each<[string, unknown, string]>([
  ["C8", undefined, "Invalid input: Missing input for cache module"],
  ["C8", "text", noObject],
  ["C8", [], noObject],
  ["C8", null, noObject],
  ["C8", 5, noObject],
  ["C9", {}, noAction],
  ["C9", { key: "a", value: 1 }, noAction],
  ["C10", { action: "GET", key: "a" }, invalid("GET")],
  ["C10", { action: "" }, invalid("")],
  ["C10", { action: 5 }, invalid("5")],
  ["C10", { action: null }, invalid("null")],
  ["C10", { action: true }, invalid("true")],
  ["C10", { action: ["get"] }, invalid('["get"]')],
  ["C10", { action: "toString" }, invalid("toString")],
])("cache %s: Execute of %j is refused: %s", async (_id, input, text) => {
  const forms: ExecuteRequest["input"][] = [
    { $case: "json", value: encodeJson(input ?? null) },
    { $case: "value", value: encodeValue(input ?? null) },
  ];
  for (const form of input === undefined ? [undefined] : forms) {
    const refusal = await port.call("execute", { input: form }).catch((error: unknown) => error);

    expect(refusal).toBeInstanceOf(WeftError);
    expectRefusal(refusal as WeftError, text);
  }
});
