import { expect, test } from "@jest/globals";
import { createPaint } from "./paint.js";
import { table } from "./table.js";

test("columns are as wide as their widest cell, and the last has no tail", () => {
  const rows = [
    ["places.find", "2", "one"],
    ["a", "10", ""],
  ];

  expect(table(["FUNCTION", "N", "WHAT"], rows, createPaint(false))).toBe(
    "FUNCTION     N   WHAT\nplaces.find  2   one\na            10\n",
  );
});

test("a cell cannot steer the terminal", () => {
  expect(table(["A"], [["\u001b[2J\n"]], createPaint(false))).toBe("A\n\\u001b[2J\\n\n");
});
