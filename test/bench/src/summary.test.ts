import { expect, test } from "@jest/globals";
import type { Metric } from "./benchmark.js";
import { median, ratiosOf, rowsOf } from "./summary.js";

const samples = (metric: Metric, contestant: string, values: number[]) => ({
  metric,
  case: "8 steps",
  contestant,
  isOurs: contestant.startsWith("weft"),
  values,
});

test("a row has the median of the rounds and how far they lay apart, to three digits", () => {
  const rows = rowsOf([samples("ns", "weft chain", [12.3456, 1234.5, 9])]);

  expect(rows).toEqual([
    { metric: "ns", case: "8 steps", contestant: "weft chain", value: 12.3, unit: "ns", min: 9, max: 1235 },
  ]);
});

test.each([
  [[3], 3],
  [[9, 1], 5],
  [[9, 1, 2], 2],
  [[4, 1, 3, 100], 3.5],
])("the median of %j is %d", (values, middle) => {
  expect(median(values)).toBe(middle);
});

test.each([
  ["ns", "less is better", 10, 40],
  ["p99", "less is better", 10, 40],
  ["calls/s", "more is better", 40, 10],
  ["ops/s", "more is better", 40, 10],
] as const)("a ratio of %s is over 1 where we are ahead: %s", (metric, _, ours, peers) => {
  const ratios = ratiosOf([samples(metric, "weft chain", [ours]), samples(metric, "koa-compose", [peers])]);

  expect(ratios).toEqual({ [`${metric}, 8 steps|weft chain|koa-compose`]: 4 });
});

test("each of ours is compared with each peer in the same case and metric, and not with another of ours", () => {
  const ratios = ratiosOf([
    samples("ns", "weft chain", [10]),
    samples("ns", "weft closures", [20]),
    samples("ns", "hand nested", [5]),
    { ...samples("ns", "koa-compose", [5]), case: "1 step" },
    samples("p50", "fastify hooks", [5]),
  ]);

  expect(ratios).toEqual({
    "ns, 8 steps|weft chain|hand nested": 0.5,
    "ns, 8 steps|weft closures|hand nested": 0.25,
  });
});
