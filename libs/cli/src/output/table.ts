import type { Paint } from "./paint.js";
import { printable } from "./printable.js";

/** Rows in aligned columns under a heading, each line ended. */
export function table(heading: readonly string[], rows: readonly (readonly string[])[], paint: Paint): string {
  const cells = [heading, ...rows.map((row) => row.map(printable))];
  const widths = heading.map((_title, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const lines = cells.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  const [first = "", ...others] = lines;
  return `${[paint.bold(first), ...others].join("\n")}\n`;
}
