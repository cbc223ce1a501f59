import { type Metric, metrics } from "./benchmark.js";
import type { Samples } from "./take-turns.js";

/** The median of all rounds, and how far they lay apart. */
export interface Row {
  readonly metric: Metric;
  readonly case: string;
  readonly contestant: string;
  readonly value: number;
  readonly unit: string;
  readonly min: number;
  readonly max: number;
}

/** `METRIC, CASE|OURS|PEER`: how many times better we are; under 1 the peer is ahead. */
export type Ratios = Readonly<Record<string, number>>;

export function rowsOf(samples: readonly Samples[]): Row[] {
  return samples.map(({ metric, case: of, contestant, values }) => ({
    metric,
    case: of,
    contestant,
    value: rounded(median(values)),
    unit: metrics[metric].unit,
    min: rounded(Math.min(...values)),
    max: rounded(Math.max(...values)),
  }));
}

export function ratiosOf(samples: readonly Samples[]): Ratios {
  const ratios: Record<string, number> = {};
  for (const ours of samples.filter(({ isOurs }) => isOurs)) {
    for (const peer of samples) {
      if (peer.isOurs || peer.metric !== ours.metric || peer.case !== ours.case) continue;
      const key = `${ours.metric}, ${ours.case}|${ours.contestant}|${peer.contestant}`;
      const ratio = median(ours.values) / median(peer.values);
      ratios[key] = rounded(metrics[ours.metric].lessIsBetter ? 1 / ratio : ratio);
    }
  }
  return ratios;
}

/** The middle value, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new Error("no median of nothing");
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  const middle = sorted.slice(Math.ceil(half) - 1, Math.floor(half) + 1);
  return middle.reduce((sum, value) => sum + value, 0) / middle.length;
}

/** To three digits: more would pretend. Whole numbers keep theirs. */
function rounded(value: number): number {
  return value >= 100 ? Math.round(value) : Number(value.toPrecision(3));
}
