import type { Benchmark, Case, Contestant, MeasuredCases, Metric, Turn } from "./benchmark.js";

export interface Pace extends Turn {
  /** Rounds to take at most; each contestant of each case has one turn in a round. */
  readonly rounds: number;
  /** No round begins that would, by the length of the longest so far, end later than this. The first always runs. */
  readonly budgetMs: number;
}

/** What one contestant gave in one case, all rounds. */
export interface Samples {
  readonly metric: Metric;
  readonly case: string;
  readonly contestant: string;
  readonly isOurs: boolean;
  readonly values: number[];
}

export interface Failure {
  readonly case: string;
  readonly contestant: string;
  readonly error: unknown;
}

export interface Outcome {
  readonly samples: readonly Samples[];
  /** Contestants that did not run. They had no further turn. */
  readonly failures: readonly Failure[];
  readonly rounds: number;
}

export interface TakeTurnsOptions {
  readonly pace: Pace;
  /** Told before each turn. */
  readonly onTurn?: (round: number, at: string) => void;
  /** In milliseconds, from anywhere. */
  readonly now?: () => number;
}

/**
 * Lets the contestants of each case take turns, A B C, C B A, …, so that a change of the machine's mood in the middle
 * of a run meets them all alike, and none always follows the same other.
 */
export async function takeTurns(cases: Benchmark["cases"], options: TakeTurnsOptions): Promise<Outcome> {
  const { pace, onTurn = () => {}, now = performance.now.bind(performance) } = options;
  const samples = new Map<string, Samples>();
  const failures: Failure[] = [];
  const startedAt = now();
  let longestMs = 0;
  let round = 0;
  while (round < pace.rounds && (round === 0 || now() - startedAt + longestMs <= pace.budgetMs)) {
    const roundAt = now();
    for (const each of cases) {
      const order = round % 2 === 0 ? each.contestants : each.contestants.toReversed();
      for (const contestant of order) await takeTurn(each, contestant);
    }
    longestMs = Math.max(longestMs, now() - roundAt);
    round += 1;
  }
  return { samples: [...samples.values()], failures, rounds: round };

  async function takeTurn(of: Case, contestant: Contestant): Promise<void> {
    if (failures.some((failed) => failed.case === of.name && failed.contestant === contestant.name)) return;
    onTurn(round + 1, `${of.name}, ${contestant.name}`);
    try {
      const measured = await contestant.measure(pace);
      const cases: MeasuredCases = measured instanceof Map ? measured : new Map([[of.name, measured]]);
      for (const [name, figures] of cases)
        for (const [metric, value] of Object.entries(figures)) record(name, contestant, metric as Metric, value);
    } catch (error) {
      failures.push({ case: of.name, contestant: contestant.name, error });
    }
  }

  function record(of: string, { name, isOurs = false }: Contestant, metric: Metric, value: number): void {
    const key = `${metric}, ${of}|${name}`;
    const known = samples.get(key);
    if (known === undefined) samples.set(key, { metric, case: of, contestant: name, isOurs, values: [value] });
    else known.values.push(value);
  }
}
