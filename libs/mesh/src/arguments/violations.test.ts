import { expect, test } from "@jest/globals";
import { Code, Reason } from "@weft/core";
import { invalidArguments } from "./violations.js";

const violation = (field: string, description: string) => ({ field, description });

test("one violation is the whole message", () => {
  const error = invalidArguments([violation("args.a", 'missing or nil argument "a" in "f"')]);

  expect(error).toMatchObject({
    code: Code.InvalidArgument,
    reason: Reason.InvalidArgument,
    message: 'missing or nil argument "a" in "f"',
    violations: [{ field: "args.a", description: 'missing or nil argument "a" in "f"' }],
  });
});

test("several: the first text, how many more, and each text in full", () => {
  const error = invalidArguments([
    violation("args.a", "one"),
    violation("args.b", "two"),
    violation("args.c", "three"),
  ]);

  expect(error.message).toBe("one (and 2 more)");
  expect(error.violations.map(({ description }) => description)).toEqual(["one", "two", "three"]);
});

test("what is sent is bounded, and the rest is counted", () => {
  const short = Array.from({ length: 1_000 }, (_, i) => violation(`args.a[${i}]`, "unsupported type nil"));
  const long = Array.from({ length: 100 }, (_, i) => violation(`args.a[${i}]`, "x".repeat(1_000)));

  const { message, violations } = invalidArguments(short);
  expect(message).toBe("unsupported type nil (and 999 more)");
  expect(violations).toHaveLength(51);
  expect(violations.at(-1)).toEqual({ field: "args", description: "and 950 more" });

  const cut = invalidArguments(long);
  expect(cut.message).toHaveLength(256);
  expect(cut.message).toMatch(/x… \(and 99 more\)$/);
  expect(JSON.stringify(cut.violations).length).toBeLessThan(5_000);
  expect(cut.violations.at(-1)?.description).toBe(`and ${100 - (cut.violations.length - 1)} more`);
});
