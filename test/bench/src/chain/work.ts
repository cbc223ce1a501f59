/** What a chain is called with. */
export interface Call {
  /** Which step answers; 0: none, so the bottom does. Steps are numbered by how many are left, themselves included. */
  readonly stopAt: number;
  readonly answer: string;
}

/** What the bottom answers. */
export const bottomAnswer = "nobody answered";

/** How a contestant's chain is called; a promise where it makes one. */
export type Chain = (call: Call) => string | Promise<string>;

/** What is asked of a contestant. */
export interface Work {
  /** 1 to 16. */
  readonly steps: number;
  readonly isAsync: boolean;
  /** Whether the first step answers, or all continue and the bottom does. */
  readonly firstAnswers: boolean;
  /** Chains that are called in turn from one place, as in a process with several callbacks. */
  readonly chains: number;
}

/**
 * What a contestant's module exports. Its 16 steps are written out, each in its own source, as the steps of different
 * plugins are; a chain of n takes the last n. Each step does the same: it compares one field and answers or passes on.
 */
export type Build = (work: Work) => Chain | Promise<Chain>;
