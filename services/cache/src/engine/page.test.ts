import { describe, expect, test } from "@jest/globals";
import { matches, type Query } from "../store/query.js";
import { pageOf } from "./page.js";

const all = { descending: false, offset: 0 };

describe("matching", () => {
  test.each([
    [{}, "aba", true],
    [{ prefix: "" }, "aba", true],
    [{ prefix: "ab" }, "aba", true],
    [{ prefix: "AB" }, "aba", false],
    [{ suffix: "ba" }, "aba", true],
    [{ prefix: "ab", suffix: "ba" }, "aba", true], // the two may overlap
    [{ prefix: "ab", suffix: "x" }, "aba", false],
    [{ prefix: "." }, "aba", false], // no pattern language
  ])("%p with %p: %p", (filter, key, expected) => {
    expect(matches({ ...all, ...(filter as Partial<Query>) }, key)).toBe(expected);
  });
});

describe("paging", () => {
  const page = (query: { offset?: number; limit?: number; descending?: boolean }) =>
    pageOf(["c", "a", "b"], { ...all, ...query });

  test.each([
    [{}, ["a", "b", "c"], false],
    [{ descending: true }, ["c", "b", "a"], false],
    [{ limit: 2 }, ["a", "b"], true],
    [{ offset: 1, limit: 2 }, ["b", "c"], false],
    [{ offset: 1, limit: 1, descending: true }, ["b"], true],
    [{ limit: 0 }, [], true],
    [{ offset: 3, limit: 0 }, [], false],
    [{ offset: 9 }, [], false],
    [{ offset: Number.MAX_SAFE_INTEGER, limit: Number.MAX_SAFE_INTEGER }, [], false],
    [{ offset: 1, limit: Number.MAX_SAFE_INTEGER }, ["b", "c"], false],
  ])("%p", (query, rows, hasMore) => {
    expect(page(query)).toEqual({ rows, totalCount: 3, hasMore });
  });
});
