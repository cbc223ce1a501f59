import { describe, expect, test } from "@jest/globals";
import { CallAbort, isAborted, onAbort } from "./call-abort.js";

describe.each([
  ["a call's", () => new CallAbort()],
  ["any other", () => new AbortController()],
])("%s abort", (_whose, create) => {
  test("tells each listener once, in order, and the first reason counts", () => {
    const abort = create();
    const told: unknown[] = [];
    onAbort(abort, () => told.push("first", isAborted(abort), abort.signal.reason));
    onAbort(abort, () => told.push("second"));

    expect(isAborted(abort)).toBe(false);
    abort.abort("why");
    abort.abort("why else");

    expect(told).toEqual(["first", true, "why", "second"]);
    expect(abort.signal.reason).toBe("why");
  });

  test("tells nobody who has stopped listening, also while it tells", () => {
    const abort = create();
    const told: string[] = [];
    const stopFirst = onAbort(abort, () => told.push("first"));
    onAbort(abort, () => stopLast());
    const stopLast = onAbort(abort, () => told.push("last"));

    stopFirst();
    stopFirst();
    abort.abort();

    expect(told).toEqual([]);
  });

  test("has a signal like every other, before and after", () => {
    const abort = create();
    const { signal } = abort;
    const told: unknown[] = [];
    signal.addEventListener("abort", () => told.push(signal.reason));

    abort.abort("why");

    expect(told).toEqual(["why"]);
    expect(abort.signal).toBe(signal);
  });

  test("without a reason is an AbortError", () => {
    const abort = create();

    abort.abort();

    expect(isAborted(abort)).toBe(true);
    expect(abort.signal.aborted).toBe(true);
    expect(abort.signal.reason).toMatchObject({ name: "AbortError" });
  });
});
