import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { cacheFunctions, createMemoryStore, createNamespaces } from "@weft/cache";
import { createClient } from "@weft/client";
import { systemClock } from "@weft/core";
import { defineService, fn } from "@weft/service";
import { type RunningMesh, runMesh } from "../../support/running-mesh.js";
import { until } from "../../support/within.js";
import { weft } from "./weft.js";

const openStore = () => createMemoryStore({ capacity: 100, clock: systemClock });
const store = openStore();
const cache = defineService({
  name: "cache",
  version: "1.0.0",
  functions: cacheFunctions(createNamespaces(openStore(), { "mesh-results": store }), { permission: "public" }),
});
const books = defineService({
  name: "books",
  version: "1.0.0",
  functions: {
    find: fn({
      args: { id: { type: "num" } },
      permission: "public",
      resultCache: { ttlMs: 60_000 },
      handler: ({ id }) => id,
    }),
  },
});

let mesh: RunningMesh;
beforeAll(async () => {
  mesh = await runMesh([cache, books]);
  const client = createClient(mesh.address);
  for (const id of [1, 2, 3]) await client.call("books.find", { id });
  await until(() => store.stats().size === 3, "three kept results");
  client.close();
});
afterAll(() => mesh.close());

const ask = (...words: string[]) => weft("invalidate", ...words, "--gateway", mesh.address);

test("weft invalidate forgets one result by its key arguments, else all of a function", async () => {
  expect(await ask("books.find", "id=2")).toMatchObject({ code: 0, out: "1 result forgotten\n" });
  expect(await ask("books.find", "--json")).toMatchObject({ code: 0, out: '{"removed":2}\n' });
  expect(store.stats().size).toBe(0);
});

test("weft invalidate says that there is no such function", async () => {
  const { code, err } = await ask("books.nothing");

  expect(code).toBe(1);
  expect(err).toContain("no function books.nothing");
});
