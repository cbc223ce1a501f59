import { expect, test } from "@jest/globals";
import { base, createService, type Plugin, planChain } from "@weft/plugin-chain";
import { f1, f1Callbacks } from "./f1.js";
import { type Trace, taken, traced } from "./traced.js";

const plugin = (name: string, constraints: Partial<Plugin> = {}): Plugin => ({ name, ...constraints });
const chainOf = (plugins: readonly (Plugin | string)[], catalogue: readonly Plugin[] = []) =>
  planChain({ service: { name: "S" }, plugins, catalogue }).map(({ name }) => name);

test.each(permutations(["P4", "P3", "P1", "P2"]))(
  "plugin-chain P1: the chain of F1 is the same when listed as %s, %s, %s, %s",
  (...listed) => {
    const { service, plugins } = f1();
    const order = listed.map((name) => plugins.find((one) => one.name === name) ?? name);

    const chain = planChain({ service, plugins: order });

    expect(chain.map(({ name }) => name)).toEqual(["S", "P3", "P2", "P4", "P1", "base"]);
  },
);

test.each([
  ["f1", ["S", "P3", "P4", "P1"]],
  ["f2", ["P2"]],
  ["f3", ["S", "P3"]],
  ["f4", ["S", "P3", "P2", "P4"]],
])("plugin-chain P2: %s reaches %j, in the order of the chain", (callback, implementers) => {
  const { service, plugins } = f1();

  const text = createService({ service, plugins, callbacks: f1Callbacks }).explain();

  const [, section = ""] = text.split(`\n  ${callback} (step`);
  const lines = section.split("\n").slice(1);
  const names = lines
    .slice(
      0,
      lines.findIndex((line) => line.includes("then:")),
    )
    .map((line) => line.trim().split(" ")[0]);
  expect(names).toEqual(implementers);
});

const orders: [id: string, title: string, plugins: Plugin[], catalogue: Plugin[], chain: string[]][] = [
  ["P6", "no plugins", [], [], ["S", "base"]],
  [
    "P6",
    "a diamond has its foot once, below both sides",
    [plugin("A", { deps: ["B", "C"] })],
    [plugin("B", { deps: ["D"] }), plugin("C", { deps: ["D"] }), plugin("D")],
    ["S", "A", "B", "C", "D", "base"],
  ],
  ["P8", "a missing optional plugin is left out", [plugin("X", { optional: ["Z"] })], [], ["S", "X", "base"]],
  [
    "P9",
    "an optional plugin of the catalogue is included, below",
    [plugin("X", { optional: ["Z"] })],
    [plugin("Z")],
    ["S", "X", "Z", "base"],
  ],
  [
    "P9",
    "the same if the service lists it too",
    [plugin("Z"), plugin("X", { optional: ["Z"] })],
    [],
    ["S", "X", "Z", "base"],
  ],
  [
    "P11",
    "a dependency stands below",
    [plugin("Logging", { deps: ["Auth"] })],
    [plugin("Auth")],
    ["S", "Logging", "Auth", "base"],
  ],
];
test.each(orders)("plugin-chain %s: %s", (_id, _title, plugins, catalogue, chain) => {
  expect(chainOf(plugins, catalogue)).toEqual(chain);
});

test("plugin-chain P6: listing a plugin twice, or base, changes nothing", () => {
  const d = plugin("D");

  expect(chainOf([d, d, base])).toEqual(["S", "D", "base"]);
  expect(createService({ service: { name: "S" }, callbacks: {}, plugins: [d, d, base] }).info().plugins).toHaveLength(
    3,
  );
});

test("plugin-chain P7: a cycle fails the build and names its members; nothing has started", () => {
  const trace: Trace = [];
  const build = () =>
    createService({
      service: traced(trace, "S"),
      callbacks: {},
      plugins: [traced(trace, "X", { deps: ["Y"] }), traced(trace, "Y", { deps: ["X"] })],
    });

  expect(build).toThrow(/cycle: X -> Y -> X/);
  expect(trace).toEqual([]);
});

test("plugin-chain P8: a missing required plugin fails the build, which names it and the service", () => {
  expect(() => chainOf([plugin("X", { deps: ["Z"] })])).toThrow(/service "S".*\n.*"Z" is missing: needed by "X"/);
  expect(() => chainOf(["Z"])).toThrow(/service "S".*\n.*"Z" is missing: listed by "S"/);
});

test("plugin-chain P10: independent plugins keep the order of the list and start from its end", async () => {
  const trace: Trace = [];
  const service = createService({
    service: traced(trace, "S"),
    callbacks: {},
    plugins: ["A", "B", "C"].map((name) => traced(trace, name)),
  });

  await service.start();

  expect(service.info().plugins.map(({ name }) => name)).toEqual(["S", "A", "B", "C", "base"]);
  expect(taken(trace)).toContain("start C,B,A,S");
});

function permutations(names: readonly string[]): string[][] {
  if (names.length === 0) return [[]];
  return names.flatMap((name) => permutations(names.filter((other) => other !== name)).map((rest) => [name, ...rest]));
}
