import type { Row } from "./summary.js";

export interface TableOptions {
  readonly rows: readonly Row[];
  readonly ratios: Readonly<Record<string, number>>;
  /** By contestant. */
  readonly notes: Readonly<Record<string, string>>;
}

/**
 * Cases down, contestants across: the median, the spread of the rounds, and for a peer how many times better the first
 * of ours is. Where a peer is ahead there is a star, and its note below.
 */
export function printedTable({ rows, ratios, notes }: TableOptions): string {
  const tables = [...new Set(rows.map(({ metric }) => metric))].map((metric) =>
    tableOf(
      rows.filter((row) => row.metric === metric),
      ratios,
    ),
  );
  const ahead = [...new Set(Object.keys(ratios).filter((key) => isBehind(ratios[key])))];
  const explained = Object.keys(notes).filter((name) => ahead.some((key) => key.endsWith(`|${name}`)));
  return [...tables, ...explained.map((name) => `* ${name}: ${notes[name]}`)].join("\n\n");
}

function tableOf(rows: readonly Row[], ratios: TableOptions["ratios"]): string {
  const contestants = [...new Set(rows.map(({ contestant }) => contestant))];
  const lines = [...new Set(rows.map((row) => row.case))].map((of) => [
    of,
    ...contestants.map((contestant) => cell(rows, of, contestant, ratios)),
  ]);
  const first = rows[0];
  const unit = first === undefined ? "" : first.metric === first.unit ? first.unit : `${first.metric} (${first.unit})`;
  return aligned([[unit, ...contestants], ...lines]);
}

function cell(rows: readonly Row[], of: string, contestant: string, ratios: TableOptions["ratios"]): string {
  const row = rows.find((each) => each.case === of && each.contestant === contestant);
  if (row === undefined) return "";
  const spread = `${row.value} (${row.min}–${row.max})`;
  const prefix = `${row.metric}, ${of}|`;
  const key = Object.keys(ratios).find((each) => each.startsWith(prefix) && each.endsWith(`|${contestant}`));
  if (key === undefined) return spread;
  return `${spread} x${ratios[key]}${isBehind(ratios[key]) ? " *" : ""}`;
}

function isBehind(ratio: number | undefined): boolean {
  return ratio !== undefined && ratio < 1;
}

function aligned(lines: readonly (readonly string[])[]): string {
  const widths = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((line) => (line[column] ?? "").length)));
  return lines
    .map((line) =>
      line
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
