import { expect, test } from "@jest/globals";
import { closingLine, type JestReport, outcomesOf } from "./outcome.js";

test("tests pass, fail with their messages, or are skipped with the reason in their title", () => {
  const report = reportOf("failed", [
    ["adds", "passed", []],
    ["divides", "failed", ["expected 2", "got 3"]],
    ["asks Consul [skipped: no consul on PATH]", "pending", null],
    ["is forgotten", "pending", null],
  ]);

  const outcomes = outcomesOf(report);

  expect(outcomes).toEqual([
    { file: "a.test.js", title: "adds", status: "passed" },
    { file: "a.test.js", title: "divides", status: "failed", detail: "expected 2\ngot 3" },
    {
      file: "a.test.js",
      title: "asks Consul [skipped: no consul on PATH]",
      status: "skipped",
      detail: "no consul on PATH",
    },
    { file: "a.test.js", title: "is forgotten", status: "skipped" },
  ]);
  expect(closingLine(outcomes)).toBe("1 passed, 1 failed, 2 skipped");
});

test("a file that fails as a whole counts as one failure beside its tests", () => {
  const outcomes = outcomesOf(reportOf("failed", [["adds", "passed", []]], "cannot find module"));

  expect(closingLine(outcomes)).toBe("1 passed, 1 failed, 0 skipped");
  expect(outcomes.at(-1)).toEqual({
    file: "a.test.js",
    title: "a.test.js",
    status: "failed",
    detail: "cannot find module",
  });
});

function reportOf(status: string, tests: [string, string, string[] | null][], message = ""): JestReport {
  const assertionResults = tests.map(([fullName, status, failureMessages]) => ({ fullName, status, failureMessages }));
  return { testResults: [{ name: "a.test.js", status, message, assertionResults }] };
}
