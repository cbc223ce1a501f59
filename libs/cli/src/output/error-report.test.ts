import { describe, expect, test } from "@jest/globals";
import { Code, Reason, WeftError } from "@weft/core";
import { ProcessFailed } from "../dev/process-failed.js";
import { UsageError } from "../usage-error.js";
import { reportError } from "./error-report.js";

describe("a failed call", () => {
  const error = new WeftError(Code.InvalidArgument, "lat is wrong (and 1 more)", {
    reason: Reason.InvalidArgument,
    domain: "weft",
    violations: [
      { field: "args.lat", description: "lat is wrong" },
      { field: "args.lon", description: "lon is wrong" },
    ],
    requestId: "r-1",
  });

  test("is told to people with its violations, its id and what to do", () => {
    const { text, exitCode } = reportError(error);

    expect(exitCode).toBe(1);
    expect(text.split("\n")).toEqual([
      "error: lat is wrong (and 1 more)",
      "  reason: INVALID_ARGUMENT",
      "  args.lat: lat is wrong",
      "  args.lon: lon is wrong",
      "  request id: r-1",
      '  hint: "weft describe SERVICE.FUNCTION" shows what it takes',
      "",
    ]);
  });

  test("is one line of JSON for programs", () => {
    const { json } = reportError(error);

    expect(json.indexOf("\n")).toBe(json.length - 1);
    expect(JSON.parse(json)).toMatchObject({
      code: "INVALID_ARGUMENT",
      reason: "INVALID_ARGUMENT",
      violations: [{ field: "args.lat" }, { field: "args.lon" }],
      requestId: "r-1",
    });
  });

  test("shows the code beside a reason of its own, and when to try again", () => {
    const { text } = reportError(new WeftError(Code.Unavailable, "busy", { reason: "BUSY", retryAfterMs: 1_500 }));

    expect(text).toBe("error: busy\n  reason: BUSY (UNAVAILABLE)\n  hint: try again after 1500 ms\n");
  });

  test("cannot steer the terminal", () => {
    expect(reportError(new WeftError(Code.Internal, "a\u001b[2Jb")).text).toContain("error: a\\u001b[2Jb\n");
  });
});

test("wrong usage is exit code 2, every problem on a line", () => {
  const { text, exitCode } = reportError(new UsageError(["a is wrong", "b is wrong"]));

  expect(exitCode).toBe(2);
  expect(text).toBe("error:\n  a is wrong\n  b is wrong\nTry --help.\n");
});

test("a process that failed has the last word", () => {
  const { text, exitCode } = reportError(
    new ProcessFailed("cache did not start (exit code 2)", {
      exitCode: 2,
      lastWords: ["port taken"],
      hint: "take care",
    }),
  );

  expect(exitCode).toBe(2);
  expect(text).toBe("error: cache did not start (exit code 2)\n  port taken\n  hint: take care\n");
});
