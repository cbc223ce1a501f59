import { expect, test } from "@jest/globals";
import { hashOf } from "../key-index/hash-of.js";
import { FrequencySketch } from "./frequency-sketch.js";

test("an estimate is not below the count, and hardly above it", () => {
  const sketch = new FrequencySketch(1_000);
  for (let i = 0; i < 1_000; i++) for (let uses = i % 5; uses > 0; uses--) sketch.add(hashOf(`key ${i}`));

  const errors = Array.from({ length: 1_000 }, (_, i) => sketch.estimate(hashOf(`key ${i}`)) - (i % 5));

  expect(Math.min(...errors)).toBe(0);
  expect(errors.filter((error) => error > 0).length).toBeLessThan(50);
});

test("counts end at 15 and are halved in time", () => {
  const sketch = new FrequencySketch(64);
  for (let i = 0; i < 30; i++) sketch.add(hashOf("a"));
  expect(sketch.estimate(hashOf("a"))).toBe(15);

  for (let i = 0; i < 640; i++) sketch.add(hashOf(`other ${i}`));

  expect(sketch.estimate(hashOf("a"))).toBeLessThan(15);
});
