import { expect, test } from "@jest/globals";
import { createPaint } from "../output/paint.js";
import { renderLogLine } from "./log-line.js";

const paint = createPaint(false);
const noon = new Date(2024, 0, 2, 12, 0, 0, 7).getTime();

function logged(fields: object): string {
  return JSON.stringify({ level: "info", time: noon, service: "places", pid: 1, ...fields, msg: "hello" });
}

test("a JSON line becomes time, level, message and fields", () => {
  const line = logged({ function: "places.find", elapsed_ms: 1.5, note: "two words", list: [1] });

  expect(renderLogLine(line, paint)).toBe(
    '12:00:00.007 info  hello function=places.find elapsed_ms=1.5 note="two words" list=[1]',
  );
});

test("an error shows its fields, and its stack below", () => {
  const line = logged({
    err: { code: 13, message: "broken", stack: "Error: broken\n    at a (x.js:1)\n    at b (y.js:2)" },
  });

  expect(renderLogLine(line, paint)).toBe(
    "12:00:00.007 info  hello code=13 message=broken\n    at a (x.js:1)\n    at b (y.js:2)",
  );
});

test.each(["plain text", "{ no json", '{"level":"info"}', "[1]", "", "null"])("any other line stays: %j", (line) => {
  expect(renderLogLine(line, paint)).toBe(line);
});

test("levels have colours, on a terminal that has them", () => {
  const line = JSON.stringify({ level: "error", time: noon, msg: "x" });

  expect(renderLogLine(line, createPaint(true))).toBe("12:00:00.007 \u001b[31merror\u001b[0m x");
});

test("no log line can steer the terminal", () => {
  const line = logged({ "\u001b": "\u001b[2J" });

  expect(renderLogLine(line, paint)).toBe('12:00:00.007 info  hello \\u001b="\\u001b[2J"');
  expect(renderLogLine("\u001b[2J", paint)).toBe("\\u001b[2J");
});

test("a line without a time has none", () => {
  expect(renderLogLine('{"level":"warn","msg":"x"}', paint)).toBe("--:--:--.--- warn  x");
});
