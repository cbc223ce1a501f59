import { test } from "@jest/globals";

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
