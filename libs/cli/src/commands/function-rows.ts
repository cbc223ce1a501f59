import type { FunctionSummary } from "@weft/contracts/gateway";

export const functionsHeading = ["FUNCTION", "VERSION", "MODE", "NODES", "SUMMARY"];

/** Functions as rows of a table. */
export function functionRows(functions: readonly FunctionSummary[]): string[][] {
  return functions.map(({ service, function: name, version, mode, nodes, summary }) => {
    return [`${service}.${name}`, version || "-", mode, String(nodes), summary];
  });
}
