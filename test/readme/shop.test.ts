import { expect, test } from "@jest/globals";
import { defineService, fn } from "@weft/service";
import { createTestMesh } from "@weft/service/testkit";

const rates = defineService({
  name: "rates",
  version: "1.0.0",
  functions: { of: fn({ args: { currency: { type: "string" } }, permission: "public", handler: () => 1.25 }) },
});
const shop = defineService({
  name: "shop",
  version: "1.0.0",
  functions: {
    price: fn({
      args: { amount: { type: "num" }, currency: { type: "string" } },
      handler: async ({ amount, currency }, { call }) => amount * (await call<number>("rates.of", { currency })),
    }),
  },
});

test("a price is given in time or not at all", async () => {
  const mesh = await createTestMesh({ services: [rates, rates, shop] });
  const price = (timeoutMs: number) =>
    mesh.call("shop.price", { amount: 8, currency: "EUR" }, { as: { userId: "ann" }, timeoutMs });

  mesh.abort("rates", { processed: "no" }, 1); // the first of its nodes is not there
  expect(await price(1_000)).toBe(10);

  mesh.delay("rates", 200);
  const late = expect(price(100)).rejects.toMatchObject({ reason: "TIMEOUT" });
  await mesh.advance(100); // the clock is the test's own
  await late;
  await mesh.close();
});
