import { expect, test } from "@jest/globals";
import { ConfigError } from "@weft/core";
import { fn } from "./function.js";
import { functionConfig, publish } from "./publish.js";
import { defineService } from "./service.js";

const answer = () => 1;

function problemsOf(publishing: () => unknown): readonly string[] {
  try {
    publishing();
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

test("all problems of all functions come at once, each with its function", () => {
  const service = defineService({
    name: "shop",
    version: "1.0.0",
    functions: {
      "no good name": fn({ handler: answer }),
      buy: fn({ version: "0.0.0", timeoutMs: 1, handler: answer }),
      fine: fn({ handler: answer }),
      look: fn({ version: "", handler: answer }),
    },
  });

  const problems = problemsOf(() => publish(service));

  const byFunction = problems.map((problem) => problem.split(": ")[0]);
  expect(new Set(byFunction)).toEqual(new Set(["shop.no good name", "shop.buy", "shop.look"]));
  expect(byFunction.filter((name) => name === "shop.buy").length).toBeGreaterThan(1);
});

test("a function is found by its name and its own version", () => {
  const set = publish(
    defineService({
      name: "shop",
      version: "7.0.0",
      functions: { buy: fn({ version: "2.0.0", handler: answer }), look: fn({ handler: answer }) },
    }),
  );

  expect(set.find("buy", "2.0.0")?.variant.config).toMatchObject({
    service: "shop",
    function: "buy",
    version: "2.0.0",
  });
  expect(set.find("look", "")?.definition.handler).toBe(answer);
  expect(set.find("buy", "")).toBeUndefined();
  expect(set.find("look", "7.0.0")).toBeUndefined();
  expect(set.find("toString", "")).toBeUndefined();
});

test("the revision follows the content, not the order or the build", () => {
  const buy = fn({ summary: "Buys", handler: answer });
  const look = fn({ handler: answer });
  const revision = (version: string, functions: Record<string, typeof buy>) =>
    publish(defineService({ name: "shop", version, functions })).revision;

  expect(revision("1.0.0", { buy, look })).toBe(revision("2.0.0", { look, buy }));
  expect(revision("1.0.0", { buy, look })).not.toBe(revision("1.0.0", { buy }));
  expect(revision("1.0.0", { buy })).not.toBe(revision("1.0.0", { buy: fn({ summary: "Buys all", handler: answer }) }));
});

test("what is not declared has its documented default", () => {
  const config = functionConfig("shop", "look", fn({ handler: answer }));

  expect(config).toMatchObject({
    mode: "sync",
    permission: { rule: { $case: "anyAuthenticated", value: true } },
    chooseNode: { mode: "random", key: "" },
    idempotent: false,
    openArguments: false,
  });
  expect(config.version).toBeUndefined();
  expect(config.timeoutMs).toBeUndefined();
});

test("declarations take their wire form", () => {
  const config = functionConfig(
    "shop",
    "watch",
    fn.stream({
      args: { item: { type: "string" } },
      permission: { role: ["clerk", "boss"] },
      select: { hash: "item" },
      timeoutMs: Number.POSITIVE_INFINITY,
      async *handler() {},
    }),
  );

  expect(config).toMatchObject({
    mode: "stream",
    permission: { rule: { $case: "roles", value: { anyOf: ["clerk", "boss"] } } },
    chooseNode: { mode: "hash", key: "item" },
    timeoutMs: -1,
  });
  expect(config.arguments.map(({ name, type }) => [name, type])).toEqual([["item", "string"]]);
});

test.each(["Shop", "9lives", "", "a b", "x".repeat(64)])("the service name %j is refused", (name) => {
  expect(() => defineService({ name, version: "1.0.0", functions: {} })).toThrow(/service name .* must match/);
});
