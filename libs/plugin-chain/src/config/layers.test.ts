import { expect, test } from "@jest/globals";
import { addLayer, type Layer, mergeLayers, sourceOf } from "./layers.js";

const values = (source: Layer["source"], given: Layer["values"], owned: Layer["owned"] = {}): Layer => ({
  source,
  values: given,
  owned,
});

test("layers of one source become one that says the same", () => {
  const first = values("reconfigure", { a: { x: 1 } }, { b: { made: true } });
  const second = values("reconfigure", { a: { y: 2 }, b: { z: 3 } });
  const third = values("reconfigure", { a: 4 }, { a: "four" });

  const layers = [first, second, third].reduce<readonly Layer[]>(addLayer, [
    values("static", { b: { under: 1 }, c: 1 }),
  ]);

  expect(layers).toHaveLength(2);
  expect(mergeLayers(layers)).toEqual({ a: "four", b: { made: true, z: 3 }, c: 1 });
});

test("the strongest layer that says anything is the source", () => {
  const layers = [values("static", { k: 1, only: 1 }), values("environment", { k: 2 })];

  expect([sourceOf(layers, "k"), sourceOf(layers, "only"), sourceOf(layers, "absent")]).toEqual([
    "environment",
    "static",
    undefined,
  ]);
});

test("what layers say together is frozen all the way down", () => {
  const merged = mergeLayers([values("static", { nest: { list: [{ a: 1 }] } })]);

  expect(Object.isFrozen((merged as { nest: { list: object[] } }).nest.list[0])).toBe(true);
});
