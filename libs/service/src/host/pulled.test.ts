import { expect, test } from "@jest/globals";
import { pulled } from "./pulled.js";

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

test("a producer is at most one item ahead of its reader", async () => {
  let given = 0;
  const items = pulled<number>(
    async (give) => {
      for (let i = 1; i <= 3; i++) {
        given = i;
        await give(i);
      }
    },
    () => {},
  );

  expect(await items.next()).toEqual({ done: false, value: 1 });
  await settle();
  expect(given).toBe(1);
  expect(await items.next()).toEqual({ done: false, value: 2 });
  expect(await items.next()).toEqual({ done: false, value: 3 });
  expect(await items.next()).toEqual({ done: true, value: undefined });
});

test("a producer that fails while its reader is busy is heard of after the item", async () => {
  let fail: (error: Error) => void = () => {};
  const items = pulled<number>(
    (give) =>
      new Promise((_, reject) => {
        fail = reject;
        void give(1);
      }),
    () => {},
  );

  expect((await items.next()).value).toBe(1);
  fail(new Error("gone"));
  await settle();

  await expect(items.next()).rejects.toThrow("gone");
});

test("a reader that leaves cancels the producer and lets it go on to its end", async () => {
  const told: string[] = [];
  const items = pulled<number>(
    async (give) => {
      await give(1);
      told.push("resumed");
    },
    () => told.push("cancelled"),
  );

  for await (const _item of items) break;
  await settle();

  expect(told).toEqual(["cancelled", "resumed"]);
});

test("a stream that ended by itself is not cancelled", async () => {
  let isCancelled = false;
  const items = pulled<number>(
    (give) => give(1),
    () => {
      isCancelled = true;
    },
  );

  for await (const _item of items);

  expect(isCancelled).toBe(false);
});
