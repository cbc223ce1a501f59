import type { Clock } from "@weft/core";
import type { Output } from "../output/output.js";
import type { Paint } from "../output/paint.js";
import { renderLogLine } from "./log-line.js";

/** Where the output of all processes comes together. A method resolves when there is room for more. */
export interface DevLog {
  /** A line of a process's log. */
  line(process: string, text: string): Promise<void>;
  /** A line that a process wrote on standard error. */
  complaint(process: string, text: string): Promise<void>;
  /** A line of our own. */
  say(level: "info" | "warn", message: string): Promise<void>;
}

/** Each line behind the name of its process, in a colour of its own. */
export function readableLog(out: Output, names: readonly string[], paint: Paint, clock: Clock): DevLog {
  const width = Math.max(...names.map((name) => name.length), ownName.length);
  const prefix = (name: string) => {
    const index = names.indexOf(name);
    const padded = name.padEnd(width);
    return `${index < 0 ? paint.bold(padded) : paint.nth(index, padded)} `;
  };
  const line = (name: string, text: string) => out.write(`${prefix(name)}${renderLogLine(text, paint)}\n`);
  return { line, complaint: line, say: (level, message) => line(ownName, ownLine(level, message, clock)) };
}

/** Each line as it came: JSON on standard output, anything else on standard error. */
export function rawLog(out: Output, err: Output, clock: Clock): DevLog {
  return {
    line: (_process, text) => (text.startsWith("{") ? out : err).write(`${text}\n`),
    complaint: (process, text) => err.write(`${process}: ${text}\n`),
    say: (level, message) => out.write(`${ownLine(level, message, clock)}\n`),
  };
}

const ownName = "weft";

function ownLine(level: string, msg: string, clock: Clock): string {
  return JSON.stringify({ level, time: clock.wallTime(), service: ownName, msg });
}
