import { expect, test } from "@jest/globals";
import { fakeClock } from "@weft/core/testkit";
import { createService } from "@weft/plugin-chain";
import { hosting } from "@weft/service";
import { createMemoryStore } from "./engine/memory-store.js";
import { expiry } from "./expiry.js";
import { storeValue } from "./store/stored-value.js";

/** Lets pending promises go on. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

test("expired entries go by themselves while the service runs, and only then", async () => {
  const clock = fakeClock();
  const store = createMemoryStore({ capacity: 10, clock });
  const service = createService({
    service: { name: "cache" },
    callbacks: hosting,
    plugins: [expiry({ stores: [store], everyMs: 1_000, clock })],
  });
  await service.start();
  store.set("short", storeValue("json", Buffer.from("1")), { ttl: 500 });
  store.set("long", storeValue("json", Buffer.from("1")), { ttl: 5_000 });

  await turn();
  clock.advance(999);
  await turn();
  expect(store.stats().size).toBe(2);
  clock.advance(1);
  await turn();
  expect(store.stats().size).toBe(1);

  await service.stop();
  clock.advance(10_000);
  await turn();
  expect(store.stats().size).toBe(1);
});
