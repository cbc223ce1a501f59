import { expect, test } from "@jest/globals";
import { encodeValue } from "@weft/contracts";
import { GetRequest, ListRequest, SetRequest, StatsRequest } from "@weft/contracts/cache";
import { Encoding } from "@weft/contracts/gateway";
import { fakeClock } from "@weft/core/testkit";
import { createMemoryStore } from "../engine/memory-store.js";
import { createNamespaces } from "../namespaces/namespaces.js";
import { cacheService } from "./cache-service.js";

const serviceOf = () => cacheService(createNamespaces(createMemoryStore({ capacity: 10, clock: fakeClock() })));
const setRequest = (request: Partial<SetRequest>) => SetRequest.fromPartial({ key: "k", ...request });
const getRequest = (valueEncoding: Encoding = Encoding.ENCODING_UNSPECIFIED) =>
  GetRequest.fromPartial({ key: "k", valueEncoding });
const json = (text: string) => ({ $case: "valueJson" as const, value: Buffer.from(text) });

test("a value comes back in the encoding that was asked for, by default as Value", async () => {
  const service = serviceOf();
  service.set(setRequest({ content: json("[1]") }));

  expect((await service.get(getRequest())).content).toEqual({ $case: "value", value: encodeValue([1]) });
  expect((await service.get(getRequest(Encoding.ENCODING_VALUE))).content).toEqual({
    $case: "value",
    value: encodeValue([1]),
  });
  expect((await service.get(getRequest(Encoding.ENCODING_JSON))).content).toEqual(json("[1]"));
});

test("raw bytes come back with their content type, in lists too", async () => {
  const service = serviceOf();
  const content = { $case: "valueBytes" as const, value: Buffer.from([1, 255]) };
  service.set(setRequest({ content, contentType: "image/png" }));

  expect(service.get(getRequest(Encoding.ENCODING_JSON))).toMatchObject({ content, contentType: "image/png" });
  expect((await service.list(ListRequest.fromPartial({}))).items).toMatchObject([{ key: "k", content }]);
});

test("every write has a higher version, and reads tell it", async () => {
  const service = serviceOf();

  const first = (await service.set(setRequest({ content: json("1") }))).entryVersion;
  const second = (await service.set(setRequest({ content: json("1") }))).entryVersion;

  expect(second).toBeGreaterThan(first);
  expect((await service.get(getRequest())).entryVersion).toBe(second);
});

test("a miss has the value null set and no version", () => {
  expect(serviceOf().get(getRequest())).toEqual({
    success: true,
    found: false,
    key: "k",
    content: { $case: "value", value: encodeValue(null) },
    entryVersion: 0,
    contentType: "",
    sliding: false,
  });
});

test("a get tells what the entry has left only to who asks", () => {
  const service = serviceOf();
  const content = json("1");
  service.set(setRequest({ content, ttlMs: 60_000 }));
  service.set(setRequest({ key: "s", content, idleMs: 60_000 }));
  const got = (key: string, withTtl: boolean) => service.get(GetRequest.fromPartial({ key, withTtl }));

  expect(got("k", false)).toMatchObject({ ttlLeftMs: undefined, sliding: false });
  expect(got("k", true)).toMatchObject({ ttlLeftMs: 60_000, sliding: false });
  expect(got("s", true)).toMatchObject({ ttlLeftMs: 60_000, sliding: true });
  expect(got("none", true)).toMatchObject({ found: false, ttlLeftMs: undefined });
});

test("stats tell real bytes beside the estimate", async () => {
  const service = serviceOf();
  service.set(setRequest({ content: { $case: "valueBytes", value: Buffer.alloc(1_000) } }));

  expect((await service.stats(StatsRequest.fromPartial({}))).stats).toMatchObject({ memoryUsage: 500, bytesLimit: 0 });
  expect((await service.stats(StatsRequest.fromPartial({}))).stats?.bytesUsed).toBeGreaterThan(1_000);
});
