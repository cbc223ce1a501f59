import { expect, test } from "@jest/globals";
import { policiesOf } from "./policies-of.js";
import { toConfig } from "./to-config.js";

const look = { service: "shop", function: "look", args: { id: "string" } } as const;

test("what holds anyway is no policy", () => {
  expect(policiesOf(toConfig(look))).toEqual({});
  expect(
    policiesOf(
      toConfig({
        ...look,
        select: "random",
        permission: "any_authenticated",
        argOrder: "map",
        hookTimeoutMs: 5_000,
        idempotent: false,
        rateLimits: [],
        summary: "Looks",
        tags: ["a"],
      }),
    ),
  ).toEqual({});
});

test("policies have their names in code", () => {
  const policies = {
    timeoutMs: Number.POSITIVE_INFINITY,
    permission: "public",
    select: { hash: "id" },
    retry: { same_node: 2 },
    before: "greet",
    after: { hook: "thank", fixed: [1] },
    rateLimits: [{ key: "user_id", max: 1, windowMs: 2 }],
    concurrency: { max: 1, queue: 2 },
  } as const;

  expect(policiesOf(toConfig({ ...look, ...policies }))).toEqual(policies);
});
