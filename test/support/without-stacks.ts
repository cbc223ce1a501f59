import { afterAll, beforeAll } from "@jest/globals";

/** For tests of thousands of errors: jest maps each line of each stack to its source, which costs more than the calls. */
export function withoutStacks(): void {
  const { stackTraceLimit } = Error;
  beforeAll(() => {
    Error.stackTraceLimit = 0;
  });
  afterAll(() => {
    Error.stackTraceLimit = stackTraceLimit;
  });
}
