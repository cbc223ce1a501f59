import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { cacheFunctions, cacheSettings, createMemoryStore, createNamespaces, startCache } from "@weft/cache";
import { createClient } from "@weft/client";
import { Code, silentLogger, systemClock } from "@weft/core";
import { defineService } from "@weft/service";
import { type RunningMesh, runMesh } from "../../support/running-mesh.js";
import { until } from "../../support/within.js";
import { byFunction, endWatches, type Reached, watchDoors } from "./watch-doors.js";

afterEach(endWatches);

describe("a reader that does not read", () => {
  const filler = "f".repeat(150);
  let mesh: RunningMesh;
  let reached: Reached;
  beforeAll(async () => {
    mesh = await runMesh([]);
    const discovery = `embedded:${mesh.gateway.meshAddress}`;
    const settings = cacheSettings.parse({ discovery, listen: "127.0.0.1:0", drainDelayMs: 0, capacity: 2 });
    reached = { client: createClient(mesh.address), node: await startCache(settings, silentLogger) };
    await until(
      () =>
        reached.client.call("cache.stats").then(
          () => true,
          () => false,
        ),
      "a gateway that knows the cache",
    );
  });
  afterAll(async () => {
    reached.client.close();
    await reached.node.close();
    await mesh.close();
  });

  test.each(watchDoors)("loses changes and is told so, others lose none: %s", async (_, openWatch) => {
    const slow = openWatch(reached, {});
    const quick = openWatch(reached, {});
    const { position: start } = await slow.next();
    await quick.next();

    // Each set evicts one: twice as many changes, more than the log and all that lies on the way can hold.
    let last = start.sequence;
    for (let batch = 0; batch < 80; batch++) {
      const entries = Array.from({ length: 1_000 }, (_, i) => ({ key: `${filler}${batch}-${i}`, value: 1 }));
      await reached.client.call("cache.set_many", { entries });
      while (last < start.sequence + 2_000 * (batch + 1) - 2) {
        const { gap, changes, position } = await quick.next();
        expect({ gap, first: changes[0]?.sequence }).toEqual({ gap: false, first: last + 1 });
        last = position.sequence;
      }
    }

    let lost = 0;
    for (let at = start.sequence; at < last; ) {
      const { gap, changes, position } = await slow.next();
      if (gap) lost += position.sequence - at;
      else expect(changes[0]?.sequence).toBe(at + 1);
      at = position.sequence;
    }
    expect(lost).toBeGreaterThan(65_536);
    await reached.client.call("cache.remove", { key: `${filler}79-999` });
    expect(await slow.next()).toMatchObject({ gap: false, changes: [{ kind: "remove" }] });
  });
});

test("a watch that is left makes room at once for another", async () => {
  const store = createMemoryStore({ capacity: 10, clock: systemClock });
  const functions = cacheFunctions(createNamespaces(store, {}, { most: 1 }), { permission: "public" });
  const mesh = await runMesh([defineService({ name: "cache", version: "1.0.0", functions })]);
  const client = createClient(mesh.address);
  const open = () => byFunction({ client, node: mesh.gateway }, {});
  const first = open();
  await first.next();

  await expect(open().next()).rejects.toMatchObject({ code: Code.ResourceExhausted, reason: "TOO_MANY_STREAMS" });
  first.cancel();
  const comes = () =>
    open()
      .next()
      .then(
        () => true,
        () => false,
      );
  await until(comes, "room for another watch");

  client.close();
  await mesh.close();
});
