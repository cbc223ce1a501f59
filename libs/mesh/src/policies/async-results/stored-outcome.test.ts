import { expect, test } from "@jest/globals";
import { Code, WeftError } from "@weft/core";
import fc from "fast-check";
import { fromStored, isStoredOutcome, toStored } from "./stored-outcome.js";

const expiresAt = 1_760_000_000_000;

/** As it comes back from the cache: what cannot be text does not. */
function throughCache(end: Parameters<typeof toStored>[0]["end"]) {
  const [stored, ...more] = JSON.parse(Buffer.from(JSON.stringify(toStored({ end, expiresAt }))).toString());
  expect(isStoredOutcome(stored)).toBe(true);
  return { outcome: fromStored(stored, more), pieces: 1 + more.length };
}

test("a result comes back as the bytes that it was", () => {
  const json = Buffer.from('{"a":[1,9007199254740993,"\\u0000é"]}');

  expect(throughCache({ json, node: "n1" })).toEqual({ outcome: { end: { json, node: "n1" }, expiresAt }, pieces: 1 });
});

test("a large result comes back whole, wherever it is cut", () => {
  const shifted = fc.integer({ min: 0, max: 3 });
  fc.assert(
    fc.property(shifted, fc.constantFrom("a", "é", "語", "😀", "\\\\"), (shift, unit) => {
      const json = Buffer.from(`"${"x".repeat(shift)}${unit.repeat(300_000)}"`);
      const { outcome, pieces } = throughCache({ json, node: "" });
      return pieces > 1 && "json" in outcome.end && json.equals(outcome.end.json);
    }),
    { numRuns: 20 },
  );
});

test("an error comes back with all that its caller is told", () => {
  const end = new WeftError(Code.FailedPrecondition, "sold out", {
    reason: "SOLD_OUT",
    domain: "orders",
    metadata: { left: "0" },
    retryAfterMs: 1_500,
  });

  const { outcome } = throughCache(end);

  expect(outcome.end).toMatchObject({
    code: Code.FailedPrecondition,
    message: "sold out",
    reason: "SOLD_OUT",
    domain: "orders",
    metadata: { left: "0" },
    retryAfterMs: 1_500,
  });
});

test.each([
  null,
  "pending",
  { state: "pending", alive_until: 1 },
  { state: "done", json: 1, node: "n", more_pieces: 0, expires_at: 1 },
  { state: "failed", expires_at: 1 },
  { state: "else", expires_at: 1 },
])("what somebody else has stored is no outcome: %j", (value) => {
  expect(isStoredOutcome(value)).toBe(false);
});
