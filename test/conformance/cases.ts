import type { Outcome } from "../report/outcome.js";

/** One case of the reference pages; several tests may prove it together. */
export interface Case {
  readonly area: string;
  readonly id: string;
  readonly status: Outcome["status"];
  /** Why it failed or was skipped. */
  readonly detail: string;
}

const severity = { passed: 0, skipped: 1, failed: 2 } as const;

/**
 * Gathers tests into cases, sorted by area and number. A case has passed only if all of its tests have; a test without
 * area and id in its title, or skipped without a reason, is a failure, since it would count for nothing unseen.
 */
export function casesOf(outcomes: readonly Outcome[]): Case[] {
  const cases = new Map<string, Case>();
  for (const found of outcomes.map(caseOf)) {
    const key = `${found.area} ${found.id}`;
    const known = cases.get(key);
    if (known === undefined || severity[found.status] > severity[known.status]) cases.set(key, found);
  }
  return [...cases.values()].sort(
    (a, b) => a.area.localeCompare(b.area, "en") || a.id.localeCompare(b.id, "en", { numeric: true }),
  );
}

/** `F12 passed`, `F50 skipped: relay is not built`. */
export function lineOf({ id, status, detail }: Case): string {
  return status === "skipped" ? `${id} skipped: ${detail}` : `${id} ${status}`;
}

function caseOf({ file, title, status, detail = "" }: Outcome): Case {
  const area = /\/conformance\/([^/]+)\//.exec(file)?.[1] ?? "";
  const [, word = "", id] = /^(\S+) ([A-Z]+\d+): /.exec(title) ?? [];
  // style.md calls the area of plugin-chain/ "chain".
  const isTitled = id !== undefined && (word === area || area.endsWith(`-${word}`));
  if (!isTitled) {
    const reason = title === file ? detail : `the title of a test must begin with "${area} ID: "`;
    return { area, id: title, status: "failed", detail: reason };
  }
  if (status === "skipped" && detail === "")
    return { area, id, status: "failed", detail: `"${title}" is skipped without [skipped: reason]` };
  return { area, id, status, detail };
}
