import { seededRandom } from "@weft/core/testkit";

const requests = 500_000;
const keys = 20_000;

/** Rows of keys, as numbers, repeatable by their seed. */
export const traces = {
  zipf: (seed) => {
    const next = zipf(seed, 0);
    return trace(next);
  },
  "zipf with scans": (seed) => {
    const next = zipf(seed, 0);
    let scanned = keys;
    return trace((i) => (i % 10_000 < 2_000 ? scanned++ : next()));
  },
  loop: () => trace((i) => i % 1_500),
  mixed: (seed) => {
    const first = zipf(seed, 0);
    const last = zipf(seed + 1, keys);
    return trace((i) => (i < requests / 3 ? first() : i < (requests * 2) / 3 ? 2 * keys + (i % 1_500) : last()));
  },
} as const satisfies Readonly<Record<string, (seed: number) => Uint32Array>>;

export type TraceName = keyof typeof traces;

function trace(next: (i: number) => number): Uint32Array {
  return new Uint32Array(requests).map((_, i) => next(i));
}

/** Draws keys from `from` on, key number n in proportion to 1 / n^0.99. */
function zipf(seed: number, from: number): () => number {
  const random = seededRandom(seed);
  const sums = new Float64Array(keys);
  let sum = 0;
  for (let i = 0; i < keys; i++) {
    sum += (i + 1) ** -0.99;
    sums[i] = sum;
  }
  return () => from + firstAbove(sums, random() * sum);
}

function firstAbove(sums: Float64Array, value: number): number {
  let low = 0;
  let high = sums.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sums[middle] as number) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
