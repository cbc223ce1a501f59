/** What is measured: the unit, and whether less of it is better. */
export const metrics = {
  "calls/s": { unit: "calls/s", lessIsBetter: false },
  "items/s": { unit: "items/s", lessIsBetter: false },
  "ops/s": { unit: "ops/s", lessIsBetter: false },
  ns: { unit: "ns", lessIsBetter: true },
  p50: { unit: "ms", lessIsBetter: true },
  p99: { unit: "ms", lessIsBetter: true },
  cpu: { unit: "CPU s per 1,000 calls", lessIsBetter: true },
  rss: { unit: "MB", lessIsBetter: true },
  moved: { unit: "% of keys", lessIsBetter: true },
  pause: { unit: "ms", lessIsBetter: true },
  hits: { unit: "% of requests", lessIsBetter: false },
} as const;

export type Metric = keyof typeof metrics;

/** How long a contestant is given each time it is its turn. */
export interface Turn {
  /** What processes that are started for the turn run beforehand, where that is long. Defaults to 0. */
  readonly settleMs?: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
}

/** Somebody who does what a case asks for. */
export interface Contestant {
  readonly name: string;
  /** Ours are compared with everybody else. Defaults to false. */
  readonly isOurs?: boolean;
  /**
   * One turn: starts whatever it needs, proves that the work is done right, warms up, measures, ends what it started.
   * Others have had their turn in between, so nothing is kept from one turn to the next.
   */
  measure(turn: Turn): Promise<Measured | MeasuredCases>;
}

export type Measured = { readonly [Each in Metric]?: number };

/** By the names of several cases, which share the processes of one turn; the contestant's own case only groups them. */
export type MeasuredCases = ReadonlyMap<string, Measured>;

/** One piece of work that all contestants do. */
export interface Case {
  readonly name: string;
  readonly contestants: readonly Contestant[];
}

/** What `npm run bench -- NAME` runs: one file each, listed in benchmarks.ts. */
export interface Benchmark {
  /** One line for `--help`. */
  readonly summary: string;
  readonly cases: readonly Case[];
  /** Where the usual turns, made for nanoseconds, are too short. */
  readonly turns?: { readonly full: Turn; readonly quick: Turn };
  /** How all of them were set up, a line each; printed above the figures. */
  readonly conditions?: readonly string[];
  /** The packages whose versions belong beside the figures. */
  readonly packages: readonly string[];
  /** Why a contestant may be ahead of ours, by its name; printed where it is. */
  readonly notes: Readonly<Record<string, string>>;
}
