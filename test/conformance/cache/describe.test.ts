import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { actions, createMemoryStore, createNamespaces, streamActions } from "@weft/cache";
import { Code } from "@weft/core";
import { fakeClock } from "@weft/core/testkit";
import { parse } from "yaml";
import { type CachePort, openCachePort } from "./cache-port.js";

let port: CachePort;
beforeAll(async () => {
  port = await openCachePort(createNamespaces(createMemoryStore({ capacity: 10, clock: fakeClock() })));
});
afterAll(() => port.close());

const describe = async (action: string) => parse((await port.call("describe", { action })).manifest);

test("cache D1: Describe says what an action takes and answers, as YAML", async () => {
  const manifest = await describe("set");

  expect(manifest).toMatchObject({
    name: "set",
    description: "Stores a value under a key, in place of what was there",
    input: {
      type: "object",
      required: ["key", "value"],
      properties: {
        key: { type: "string", minLength: 1 },
        ttl: { type: "integer", exclusiveMinimum: 0 },
        if_absent: { type: "boolean", default: false },
      },
    },
    output: { properties: { success: { type: "boolean" }, key: {}, cached: {}, entry_version: {} } },
    errors: expect.arrayContaining([expect.objectContaining({ code: "ABORTED", reason: "VERSION_MISMATCH" })]),
  });
  expect(manifest.examples[0]).toMatchObject({ input: { ttl: 60 }, output: { cached: true } });
});

test("cache D2: without a name it says all of them", async () => {
  expect((await describe("")).map(({ name }: { name: string }) => name)).toEqual(
    Object.keys({ ...actions, ...streamActions }),
  );
});

test.each(["GET", "toString", "nothing"])("cache D3: there is no action %s", async (action) => {
  await expect(port.call("describe", { action })).rejects.toMatchObject({
    code: Code.NotFound,
    reason: "ACTION_NOT_FOUND",
  });
});
