import { expect, test } from "@jest/globals";
import type { Outcome } from "../report/outcome.js";
import { casesOf, lineOf } from "./cases.js";

test("cases are sorted by area and number, and take the worst of their tests", () => {
  const cases = casesOf([
    outcome("functions", "functions F12: resolves", "passed"),
    outcome("functions", "functions F12: resolves the version", "failed", "expected 1"),
    outcome("functions", "functions F2: is found", "passed"),
    outcome("functions", "functions F50: relays [skipped: relay is not built]", "skipped", "relay is not built"),
    outcome("cache", "cache C3: keeps null", "passed"),
    outcome("plugin-chain", "chain P1: orders", "passed"),
  ]);

  expect(cases.map((each) => `${each.area} ${lineOf(each)}`)).toEqual([
    "cache C3 passed",
    "functions F2 passed",
    "functions F12 failed",
    "functions F50 skipped: relay is not built",
    "plugin-chain P1 passed",
  ]);
});

test("a case is not passed while one of its tests is skipped", () => {
  const cases = casesOf([
    outcome("faults", "faults N7: idle [skipped: needs root]", "skipped", "needs root"),
    outcome("faults", "faults N7: active", "passed"),
  ]);

  expect(cases.map(lineOf)).toEqual(["N7 skipped: needs root"]);
});

test.each([
  ["without area and id", outcome("cache", "keeps null", "passed"), 'the title of a test must begin with "cache ID: "'],
  ["of another area", outcome("cache", "faults C3: x", "passed"), 'the title of a test must begin with "cache ID: "'],
  [
    "skipped without a reason",
    outcome("cache", "cache C3: x", "skipped"),
    '"cache C3: x" is skipped without [skipped: reason]',
  ],
  [
    "in a file that does not load",
    outcome("cache", "/w/conformance/cache/a.test.js", "failed", "no module"),
    "no module",
  ],
])("a test fails its case: %s", (_case, only, detail) => {
  expect(casesOf([only])).toEqual([expect.objectContaining({ area: "cache", status: "failed", detail })]);
});

function outcome(area: string, title: string, status: Outcome["status"], detail?: string): Outcome {
  return { file: `/w/conformance/${area}/a.test.js`, title, status, ...(detail !== undefined && { detail }) };
}
