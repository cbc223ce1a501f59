import { describe, expect, test } from "@jest/globals";
import { CallLists } from "./call-lists.js";

function counted(lists: CallLists, value: string, nowMs: number, maxRequests = 10): void {
  lists.record(lists.find(value), value, nowMs, maxRequests);
}

const lists = (options: { maxValues?: number; maxTimes?: number } = {}) =>
  new CallLists({ windowMs: 100, maxValues: 3, maxTimes: 1_000, ...options });

const known = (all: CallLists, values: string) => [...values].filter((value) => all.peek(value) !== undefined).join("");

describe("when there are too many values", () => {
  test("the one goes that was longest not asked for", () => {
    const all = lists();
    for (const value of "abc") counted(all, value, 0);
    all.find("a");

    counted(all, "d", 1);

    expect(known(all, "abcd")).toBe("acd");
    expect(all.size).toBe(3);
  });

  test("a look from outside is no use", () => {
    const all = lists();
    for (const value of "abc") counted(all, value, 0);
    all.peek("a");

    counted(all, "d", 1);

    expect(known(all, "abcd")).toBe("bcd");
  });

  test("the same holds for the memory of their calls, but a value never pushes itself out", () => {
    const all = lists({ maxTimes: 12 });
    counted(all, "a", 0);
    counted(all, "b", 0);

    for (let call = 0; call < 20; call++) counted(all, "c", 0, 20);

    expect(known(all, "abc")).toBe("c");
    expect(all.peek("c")?.log.countAfter(-1)).toBe(20);
  });
});

test("idle values are forgotten when their window has passed, so many at a time", () => {
  const all = lists();
  counted(all, "a", 0);
  counted(all, "b", 0);
  counted(all, "c", 50);

  expect(all.forgetIdle(99, 10)).toBe(0);
  expect(all.forgetIdle(100, 1)).toBe(1);
  expect(all.forgetIdle(100, 10)).toBe(1);
  expect(known(all, "abc")).toBe("c");
});

test("a value can be forgotten at once, wherever it stands", () => {
  const all = lists();
  for (const value of "abc") counted(all, value, 0);

  all.forget("b");
  all.forget("nobody");
  counted(all, "d", 1);
  counted(all, "e", 2);

  expect(known(all, "abcde")).toBe("cde");
});

test("a million values take no more memory than the bound says", () => {
  const all = lists({ maxValues: 1_000, maxTimes: 100_000 });

  for (let value = 0; value < 1_000_000; value++) counted(all, `v${value}`, 0);

  expect(all.size).toBe(1_000);
  expect(all.forgetIdle(100, Number.POSITIVE_INFINITY)).toBe(1_000);
  expect(all.size).toBe(0);
});
