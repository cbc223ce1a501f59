import type { Paint } from "../output/paint.js";
import { printable } from "../output/printable.js";

// Enough to find the place in the code; the rest of a stack is mostly that of libraries.
const maxStackLines = 8;

/** A line of a service's log, for people: JSON becomes time, level, message and fields; anything else stays as it is. */
export function renderLogLine(line: string, paint: Paint): string {
  const { level, time, msg, service: _service, pid: _pid, err, ...fields } = parse(line) ?? {};
  if (typeof msg !== "string") return printable(line);
  const { stack, ...error } = Object(err) as Record<string, unknown>;
  const shown = Object.entries({ ...fields, ...error }).map(
    ([name, value]) => ` ${printable(name)}=${shortText(value)}`,
  );
  const head = `${clockTime(time)} ${levelText(String(level), paint)} ${printable(msg)}`;
  return `${head}${paint.dim(shown.join(""))}${stackText(stack, paint)}`;
}

function parse(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function clockTime(time: unknown): string {
  const date = new Date(typeof time === "number" ? time : Number.NaN);
  if (Number.isNaN(date.getTime())) return "--:--:--.---";
  return `${date.toTimeString().slice(0, 8)}.${String(date.getMilliseconds()).padStart(3, "0")}`;
}

function levelText(level: string, paint: Paint): string {
  const text = printable(level).padEnd(5);
  if (level === "error" || level === "fatal") return paint.red(text);
  return level === "warn" ? paint.yellow(text) : text;
}

function shortText(value: unknown): string {
  return typeof value === "string" && /^[\w.:/@+-]+$/.test(value) ? value : printable(JSON.stringify(value));
}

function stackText(stack: unknown, paint: Paint): string {
  if (typeof stack !== "string") return "";
  const frames = stack.split("\n").filter((line) => /^\s+at /.test(line));
  return frames
    .slice(0, maxStackLines)
    .map((frame) => `\n    ${paint.dim(printable(frame.trim()))}`)
    .join("");
}
