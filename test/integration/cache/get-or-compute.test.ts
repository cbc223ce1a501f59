import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { cacheFunctions, createMemoryStore, createNamespaces, type Namespaces } from "@weft/cache";
import { createCacheClient } from "@weft/client";
import { type FakeClock, fakeClock } from "@weft/core/testkit";
import { type CacheComputeOptions, defineService, fn } from "@weft/service";
import { createTestMesh } from "@weft/service/testkit";
import { openCachePort } from "../../conformance/cache/cache-port.js";
import { until } from "../../support/within.js";

type GetOrCompute = (
  key: string,
  compute: () => Promise<unknown> | unknown,
  options?: CacheComputeOptions,
) => Promise<unknown>;

/** A cache as several callers reach it. */
interface Reached {
  /** One for each caller, who know nothing of each other. */
  readonly callers: readonly GetOrCompute[];
  readonly namespaces: Namespaces;
  readonly clock: FakeClock;
  /** From now on nobody reaches it. */
  lose(): void | Promise<void>;
  close(): Promise<void>;
}

function openNamespaces() {
  const clock = fakeClock();
  return { clock, namespaces: createNamespaces(createMemoryStore({ capacity: 100, clock })) };
}

async function fromHandlers(): Promise<Reached> {
  const { clock, namespaces } = openNamespaces();
  const functions = cacheFunctions(namespaces, { permission: "public" });
  const wanted = new Map<string, Parameters<GetOrCompute>>();
  const reader = defineService({
    name: "reader",
    version: "1.0.0",
    functions: {
      run: fn({
        permission: "public",
        timeoutMs: 60_000,
        args: { id: { type: "string" } },
        async handler({ id }, { cache }) {
          const value = await cache.getOrCompute(...(wanted.get(id) as Parameters<GetOrCompute>));
          return value === undefined ? [] : [value];
        },
      }),
    },
  });
  const mesh = await createTestMesh({
    services: [defineService({ name: "cache", version: "1.0.0", functions }), reader],
  });
  const caller: GetOrCompute = async (...args) => {
    const id = String(wanted.size);
    wanted.set(id, args);
    const [value] = await mesh.call<unknown[]>("reader.run", { id });
    return value;
  };
  return {
    callers: [caller, caller, caller],
    namespaces,
    clock,
    lose: () => void mesh.abort("cache", { processed: "no" }),
    close: () => mesh.close(),
  };
}

async function fromClients(): Promise<Reached> {
  const { clock, namespaces } = openNamespaces();
  const port = await openCachePort(namespaces);
  const clients = [{}, {}, { near: {} }].map((options) => createCacheClient(port.address, options));
  let closed: Promise<void> | undefined;
  const lose = () => {
    closed ??= port.close();
    return closed;
  };
  return {
    callers: clients.map(({ getOrCompute }) => getOrCompute),
    namespaces,
    clock,
    lose,
    async close() {
      for (const client of clients) client.close();
      await lose();
    },
  };
}

describe.each([
  ["ctx.cache", fromHandlers],
  ["@weft/client", fromClients],
])("getOrCompute of %s", (_whose, reach) => {
  let cache: Reached;
  let one: GetOrCompute;
  let other: GetOrCompute;
  beforeEach(async () => {
    cache = await reach();
    [one, other] = cache.callers as [GetOrCompute, GetOrCompute];
  });
  afterEach(() => cache.close());

  const leases = ({ main: { calls } }: Namespaces) => calls.lease ?? 0;
  /** Work that ends when the test says so. */
  function gated<Value>() {
    let finish: (value: Value) => void = () => {};
    let begun = 0;
    const gate = new Promise<Value>((resolve) => {
      finish = resolve;
    });
    return {
      finish,
      begun: () => begun,
      compute: () => {
        begun++;
        return gate;
      },
    };
  }

  test("one of all callers computes, all of them have the value, and later ones ask nobody", async () => {
    const work = gated<object>();
    const all = cache.callers.flatMap((caller) => [caller("a", work.compute), caller("a", work.compute)]);
    await until(() => work.begun() === 1 && leases(cache.namespaces) === all.length, "callers that wait");
    work.finish({ n: 1 });

    expect(await Promise.all(all)).toEqual(all.map(() => ({ n: 1 })));
    expect(await other("a", () => 2)).toEqual({ n: 1 });
    expect(work.begun()).toBe(1);
    expect(leases(cache.namespaces)).toBe(all.length);
  });

  test("what it throws is its caller's alone: the next one computes", async () => {
    let isBegun = false;
    let fail: (error: Error) => void = () => {};
    const failing = one("a", () => {
      isBegun = true;
      return new Promise((_resolve, reject) => {
        fail = reject;
      });
    });
    await until(() => isBegun, "the computation");
    const waiting = other("a", () => "second");
    await until(() => leases(cache.namespaces) === 2, "a caller that waits");
    fail(new Error("broken"));

    await expect(failing).rejects.toThrow();
    expect(await waiting).toBe("second");
  });

  test("a value lives as long as it was said, and others get it stale while one makes a new one", async () => {
    const work = gated<string>();
    expect(await one("a", () => "old", { ttlMs: 1_000, staleMs: 60_000 })).toBe("old");
    cache.clock.advance(1_001);

    const renewing = one("a", work.compute, { ttlMs: 1_000, staleMs: 60_000 });
    await until(() => work.begun() === 1, "the computation");
    expect(await other("a", () => "never", { staleMs: 60_000 })).toBe("old");
    const waiting = other("a", () => "never");
    await until(() => leases(cache.namespaces) === 4, "a caller that waits");
    work.finish("new");

    expect(await Promise.all([renewing, waiting])).toEqual(["new", "new"]);
  });

  test("null and undefined are values that are not computed again", async () => {
    expect([await one("null", () => null), await one("undefined", () => undefined)]).toEqual([null, undefined]);
    expect([await other("null", () => 1), await other("undefined", () => 1)]).toEqual([null, undefined]);
  });

  test("without a cache each computes for himself", async () => {
    await cache.lose();

    expect([await one("a", () => 1), await other("a", () => 2)]).toEqual([1, 2]);
  });
});
