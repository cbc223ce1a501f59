import { expect, test } from "@jest/globals";
import { Ejection } from "./ejection.js";

test("a node that fails again is out for longer, up to 30 s, until it succeeds", () => {
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
