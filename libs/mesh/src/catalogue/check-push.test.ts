import { expect, test } from "@jest/globals";
import { functionConfig } from "../testkit.js";
import { checkPush, type PushRequest } from "./check-push.js";
import { compileVariant } from "./compile-variant.js";

const f = functionConfig({ function: "f" });
const check = (fields: Partial<PushRequest>) =>
  checkPush(
    { service: "echo", nodes: ["[::1]:7000"], configVersion: "any text", functions: [f], force: false, ...fields },
    { held: [], compile: (config) => compileVariant(config, { random: () => 0 }) },
  );

test("a good set has no violations, unversioned functions included", () => {
  const { violations, rejected, variants } = check({ functions: [f, functionConfig({ function: "f", version: "2" })] });

  expect([violations, rejected]).toEqual([[], []]);
  expect(variants.map(({ config }) => config.version)).toEqual([undefined, "2"]);
});

test.each<[string, Partial<PushRequest>, string[]]>([
  ["no service", { service: "" }, ["service must not be null"]],
  ["a name that discovery could not list", { service: "Billing" }, ["service must match ^[a-z][a-z0-9_-]{0,62}$"]],
  ["no nodes", { nodes: [] }, ["nodes must be a non-empty list of names"]],
  [
    "addresses that are none",
    { nodes: ["here", "a:7000", ""] },
    ['names: "here" is not HOST:PORT', 'names: "" is not HOST:PORT'],
  ],
  ["too many nodes", { nodes: Array(1_001).fill("a:1") }, ["nodes must be a list of at most 1000 names"]],
  ["no version of the set", { configVersion: "" }, ["config_version must be a non-empty string"]],
  ["no functions", { functions: [] }, ["fun_configs must be a non-empty list of configs"]],
  [
    "a version that stands for the latest",
    { functions: [{ ...f, version: "" }] },
    ["all fun_configs must have valid versions", "f: version must be null or a version string"],
  ],
  ["a function twice", { functions: [f, { ...f, summary: "again" }] }, ["f: it is defined more than once in its set"]],
])("%s", (_name, fields, expected) => {
  const { violations } = check(fields);

  const descriptions = violations.map(({ description }) => description);
  for (const text of expected) expect(descriptions).toContainEqual(expect.stringContaining(text));
});

test("a definition of another service is a fault of its own, also in the list of rejected ones", () => {
  const { violations, rejected } = check({ functions: [f, functionConfig({ service: "other", function: "g" })] });

  const text = "all fun_configs must have the same service name as the push config";
  expect(violations).toEqual([{ field: "functions", description: text }]);
  expect(rejected).toMatchObject([{ service: "echo", function: "g", source: "push", node: "", reasons: [text] }]);
});
