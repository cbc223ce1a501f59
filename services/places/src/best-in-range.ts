/**
 * Finds the best few of any range of `scores` without walking the range: the work grows with `count` and the logarithm of
 * the range, so a prefix that 17,000 names share costs about as much as one that 20 share. Equal scores: the first wins.
 */
export function bestInRange(scores: Uint32Array): (from: number, to: number, count: number) => number[] {
  const size = scores.length;
  const score = (position: number) => scores[position] ?? -1;
  const better = (a: number, b: number) => ((score(a) - score(b) || b - a) > 0 ? a : b);

  // A tournament: leaf `size + i` is position i, every other node is the better of its two children, 2n and 2n + 1.
  const winners = new Uint32Array(2 * size);
  const winner = (node: number) => winners[node] ?? 0;
  for (let i = 0; i < size; i++) winners[size + i] = i;
  for (let node = size - 1; node > 0; node--) winners[node] = better(winner(2 * node), winner(2 * node + 1));

  /** The best position in [from, to): that of the few subtrees which make up the range. */
  function best(from: number, to: number): number {
    let found = from;
    for (let left = size + from, right = size + to; left < right; left >>= 1, right >>= 1) {
      if (left % 2 === 1) found = better(found, winner(left++));
      if (right % 2 === 1) found = better(found, winner(--right));
    }
    return found;
  }

  return (from, to, count) => {
    const found: number[] = [];
    const open: { from: number; to: number; best: number }[] = [];
    const consider = (from: number, to: number) => {
      if (from < to) open.push({ from, to, best: best(from, to) });
    };

    // The best of a range is an answer; the next one is in what is left of it on either side, or in another range.
    consider(from, to);
    while (found.length < count) {
      const range = open.sort((a, b) => (better(a.best, b.best) === a.best ? 1 : -1)).pop();
      if (range === undefined) break;
      found.push(range.best);
      consider(range.from, range.best);
      consider(range.best + 1, range.to);
    }
    return found;
  };
}
