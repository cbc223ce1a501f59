import { inspect, isDeepStrictEqual } from "node:util";

/** Prints what goes out and comes back, and compares it with what must come. */
export interface Checks {
  /** Begins a step. */
  title(text: string): void;
  sent(what: string, data?: unknown): void;
  received(data: unknown): void;
  /** Notes a difference if there is one, and goes on. */
  expect(what: string, actual: unknown, expected: unknown): void;
  /** Notes that something did not come to an answer. */
  fail(difference: string): void;
  readonly differences: readonly string[];
}

const maxWidth = 200;

export function createChecks(print: (line: string) => void): Checks {
  const differences: string[] = [];
  const short = (data: unknown) => {
    const json = JSON.stringify(data);
    return json.length <= maxWidth ? json : `${json.slice(0, maxWidth)}…`;
  };
  const fail = (difference: string) => {
    differences.push(difference);
    print(`  ✗ ${difference}`);
  };
  return {
    title: (text) => print(`\n${text}`),
    sent: (what, data) => print(`  → ${what}${data === undefined ? "" : ` ${short(data)}`}`),
    received: (data) => print(`  ← ${short(data)}`),
    expect(what, actual, expected) {
      if (isDeepStrictEqual(actual, expected)) return;
      fail(`${what}: expected ${inspect(expected, { depth: 5 })}, got ${inspect(actual, { depth: 5 })}`);
    },
    fail,
    differences,
  };
}
