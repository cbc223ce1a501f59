import { expect, test } from "@jest/globals";
import { ChainError, type Plugin, planChain } from "./index.js";

const named = (name: string, constraints: Partial<Plugin> = {}): Plugin => ({ name, ...constraints });
const names = (plugins: readonly (Plugin | string)[], catalogue: readonly Plugin[] = []) =>
  planChain({ service: { name: "S" }, plugins, catalogue }).map(({ name }) => name);

test("what nothing orders keeps the order of the list", () => {
  expect(names([named("a"), named("b"), named("c")])).toEqual(["S", "a", "b", "c", "base"]);
});

test("dependencies come from the catalogue, below who needs them", () => {
  const catalogue = [named("auth"), named("unused")];

  expect(names([named("log", { deps: ["auth"], optional: ["absent"] })], catalogue)).toEqual([
    "S",
    "log",
    "auth",
    "base",
  ]);
  expect(names(["auth"], catalogue)).toEqual(["S", "auth", "base"]);
});

test("before and after order, and bring nothing in", () => {
  const chain = names(
    [named("a", { after: ["b", "unused"] }), named("b"), named("c", { before: ["b"] })],
    [named("unused")],
  );

  expect(chain).toEqual(["S", "c", "b", "a", "base"]);
});

test("members of a group start in the order of the list", () => {
  const inGroup = (name: string, deps: readonly string[] = []) => named(name, { group: "g", deps });

  expect(names([inGroup("a"), named("x"), inGroup("b")])).toEqual(["S", "x", "b", "a", "base"]);
  expect(names([inGroup("a", ["under"])], [inGroup("under")])).toEqual(["S", "a", "under", "base"]);
});

test("every problem of a plan is reported, a cycle with its path", () => {
  const plan = () =>
    names([
      named("a", { deps: ["b"] }),
      named("b", { before: ["c"] }),
      named("c", { before: ["a"], deps: ["z"] }),
      "y",
    ]);

  let problems: ChainError["problems"] = [];
  try {
    plan();
  } catch (error) {
    if (error instanceof ChainError) problems = error.problems;
  }
  expect(problems.map(({ message }) => message)).toEqual([
    'plugin "z" is missing: needed by "c" in service "S"',
    'plugin "y" is missing: listed by "S" in service "S"',
    'plugins form a cycle: a -> b -> c -> a ("a" needs "b"; "b" goes before "c"; "c" goes before "a")',
  ]);
});

test("a plugin without a name and two of one name are refused", () => {
  const plan = () => names([named("a"), named("a"), named(""), { name: "b", deps: "a" } as unknown as Plugin]);

  expect(plan).toThrow(ChainError);
  expect(plan).toThrow(/named "a" in the list[\s\S]*has no name[\s\S]*"deps" of plugin "b" is no list/);
});
