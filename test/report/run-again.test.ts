import { expect, test } from "@jest/globals";
import { closingLine, type JestReport, outcomesOf } from "./outcome.js";
import { withResultsOf } from "./run-again.js";

test("the second results of a file take the place of its first ones, those of others stay", () => {
  const first = reportOf({ "a.test.js": "failed", "b.test.js": "passed", "c.test.js": "failed" });
  const second = reportOf({ "c.test.js": "failed", "a.test.js": "passed" });

  const outcomes = outcomesOf(withResultsOf(first, second));

  expect(outcomes.map(({ file, status }) => [file, status])).toEqual([
    ["a.test.js", "passed"],
    ["b.test.js", "passed"],
    ["c.test.js", "failed"],
  ]);
  expect(closingLine(outcomes)).toBe("2 passed, 1 failed, 0 skipped");
});

function reportOf(files: Record<string, "passed" | "failed">): JestReport {
  const testResults = Object.entries(files).map(([name, status]) => ({
    name,
    status,
    message: "",
    assertionResults: [{ fullName: `works in ${name}`, status, failureMessages: [] }],
  }));
  return { testResults };
}
