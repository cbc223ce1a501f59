import { expect, test } from "@jest/globals";
import { Code, codeName } from "./code.js";
import { WeftError } from "./weft-error.js";

test("the reason defaults to the code's name", () => {
  expect(new WeftError(Code.NotFound, "no such thing").reason).toBe("NOT_FOUND");
  expect(codeName(Code.FailedPrecondition)).toBe("FAILED_PRECONDITION");
  expect(codeName(99)).toBe("UNKNOWN");
});

test("a WeftError passes a boundary as it is", () => {
  const error = new WeftError(Code.Aborted, "conflict");

  expect(WeftError.from(error)).toBe(error);
});

test.each([[new Error("the password is 1234")], ["the password is 1234"], [null]])(
  "anything else becomes INTERNAL with a fixed text: %p",
  (thrown) => {
    const error = WeftError.from(thrown);

    expect(error).toMatchObject({ code: Code.Internal, message: "Request processing failed", cause: thrown });
  },
);

test("a copy keeps everything but what it replaces", () => {
  const error = new WeftError(Code.ResourceExhausted, "full", {
    reason: "CACHE_FULL",
    metadata: { limit: "5" },
    violations: [{ field: "key", description: "too long" }],
    retryAfterMs: 10,
    cause: "why",
  });

  expect({ ...error.with({ domain: "cache" }) }).toEqual({ ...error, domain: "cache" });
  expect(error.with({ domain: "cache" })).toMatchObject({ message: "full", cause: "why" });
});
