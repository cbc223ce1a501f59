import type { ServiceProcess } from "./service-process.js";

/** A line of the log. */
export interface LogLine {
  readonly pid: number;
  readonly msg: string;
  readonly worker_pid?: number;
  readonly signal?: string;
}

export function linesOf(process: ServiceProcess): LogLine[] {
  const whole = process.output().split("\n").slice(0, -1);
  return whole.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
}

/** Every worker that was ever ready. */
export function workersOf(process: ServiceProcess): number[] {
  return linesOf(process)
    .filter(({ msg }) => msg === "ready")
    .map(({ pid }) => pid);
}
