import { expect, test } from "@jest/globals";
import { Ejection } from "./ejection.js";

test("a node that fails again is out for longer, up to 30 s, until it answers", () => {
  const ejection = new Ejection();
  const outForMs = (nowMs: number) => {
    ejection.failed(nowMs);
    let ms = 0;
    while (ejection.isEjected(nowMs + ms)) ms += 500;
    return ms;
  };

  expect([0, 10_000, 20_000, 30_000, 50_000, 90_000, 130_000].map(outForMs)).toEqual([
    1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000,
  ]);
  ejection.succeeded(150_000);
  expect(outForMs(200_000)).toBe(1_000);
});

test("calls that were under way when the connection broke count once", () => {
  const ejection = new Ejection();

  for (let i = 0; i < 50; i++) ejection.failed(0);

  expect(ejection.isEjected(999)).toBe(true);
  expect(ejection.isEjected(1_000)).toBe(false);
});

test("one call at a time tries a node that was out, until it answers", () => {
  const ejection = new Ejection();
  ejection.failed(0);

  ejection.started(1_000);
  expect(ejection.isEjected(1_001)).toBe(true);
  ejection.released();
  expect(ejection.isEjected(1_002)).toBe(false);
  ejection.started(1_002);
  ejection.succeeded(1_003);
  expect([ejection.isEjected(1_003), ejection.isOut]).toEqual([false, false]);
});

test("what one call may meet by chance counts from the second in a row", () => {
  const ejection = new Ejection();

  ejection.doubted(0);
  ejection.succeeded(1);
  ejection.doubted(2);
  expect(ejection.isEjected(2)).toBe(false);
  ejection.doubted(3);
  expect(ejection.isEjected(3)).toBe(true);
});

test("whoever counts the nodes that are out hears of each change once", () => {
  const changes: boolean[] = [];
  const ejection = new Ejection((isOut) => changes.push(isOut));

  ejection.succeeded(0);
  ejection.failed(1);
  ejection.failed(5_000);
  ejection.succeeded(6_000);
  ejection.failed(7_000);
  ejection.forget();

  expect(changes).toEqual([true, false, true, false]);
});
