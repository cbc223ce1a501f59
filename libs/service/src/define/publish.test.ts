import { expect, test } from "@jest/globals";
import { ConfigError } from "@weft/core";
import { toConfig } from "@weft/mesh";
import { fn } from "./function.js";
import { publish } from "./publish.js";
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

test("a set that no caller could read is refused with its size", () => {
  const functions = { buy: fn({ description: "x".repeat(2_000), handler: answer }) };
  const service = defineService({ name: "shop", version: "1.0.0", functions });

  expect(problemsOf(() => publish(service, 2_000))).toEqual([
    expect.stringMatching(/^shop: .* in 2\d{3} bytes, over the limit of 2000 \(WEFT_MAX_RESPONSE_BYTES\)$/),
  ]);
  expect(problemsOf(() => publish(service, 3_000))).toEqual([]);
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

test("JavaScript may declare anything: every function's problems are told", () => {
  const functions = {
    buy: { retry: "3", timeoutMs: 50, args: { item: "text" }, colour: "red" },
    look: null,
    sell: { ...fn({ handler: answer }), handler: "answer" },
  } as unknown as Record<string, ReturnType<typeof fn>>;

  expect(problemsOf(() => publish(defineService({ name: "shop", version: "1.0.0", functions })))).toEqual([
    "shop.buy: timeout must be an integer between 100 and 300000, or infinity (timeoutMs)",
    "shop.buy: handler must be a valid function reference",
    'shop.buy: argument validation failed: argument "item" has the unknown type "text"',
    "shop.buy: retry must be null, a number of at least 1, {same_node: n}, or {all_nodes: n}",
    'shop.buy: unknown fields: ["colour"]',
    "shop.look: handler must be a valid function reference",
    "shop.sell: handler must be a valid function reference",
  ]);
});

test("nothing that a definition says changes when it is published", () => {
  const item = { type: "string" } as const;
  const watch = fn.stream({
    args: { item },
    argOrder: ["item"],
    preset: ["shelf"],
    stream: { overflow: "close" },
    async *handler() {},
  });

  const [config] = publish(defineService({ name: "shop", version: "1.0.0", functions: { watch } })).configs;

  expect(config).toEqual(
    toConfig({
      service: "shop",
      function: "watch",
      mode: "stream",
      args: { item },
      argOrder: ["item"],
      preset: ["shelf"],
      stream: { overflow: "close" },
    }),
  );
});

test("a function may have several versions, each of them once", () => {
  const version = (version: string) => fn({ version, handler: () => version });
  const shop = (...versions: string[]) =>
    defineService({ name: "shop", version: "1.0.0", functions: { price: versions.map(version) } });

  const published = publish(shop("1.0.0", "2.0.0"));
  expect(published.configs.map((config) => config.version)).toEqual(["1.0.0", "2.0.0"]);
  expect(published.find("price", "2.0.0")?.definition.version).toBe("2.0.0");
  expect(problemsOf(() => publish(shop("1.0.0", "1.0.0")))).toEqual(["shop.price: version 1.0.0 is declared twice"]);
});

test.each(["Shop", "9lives", "", "a b", "x".repeat(64)])("the service name %j is refused", (name) => {
  expect(() => defineService({ name, version: "1.0.0", functions: {} })).toThrow(/service name .* must match/);
});
