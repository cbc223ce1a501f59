import { describe, test } from "@jest/globals";

/**
 * `test` where the condition holds. Elsewhere the test is skipped and its title carries the reason, so that every
 * report can print it: `describes a call [skipped: grpcurl is not on PATH]`.
 */
export function testIf(
  condition: boolean,
  reason: string,
): (name: string, body: () => void | Promise<void>, limitMs?: number) => void {
  if (condition) return test;
  return (name, body) => test.skip(`${name} [skipped: ${reason}]`, body);
}

/** The same for a group of tests. */
export function describeIf(condition: boolean, reason: string): (name: string, body: () => void) => void {
  if (condition) return describe;
  return (name, body) => describe.skip(`${name} [skipped: ${reason}]`, body);
}
