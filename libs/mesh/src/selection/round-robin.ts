import { at, isFirstPick, type Selector } from "./selector.js";

const mostTurns = 2 ** 30;

/**
 * Each node in turn. One counter for each function and version: functions called in turn do not disturb each other. A
 * request takes one turn, whatever its attempts; where there is one node only, nobody takes a turn.
 */
export function roundRobin(): Required<Selector> {
  let turn = 0;
  return {
    pick(call, candidates) {
      const { length } = candidates;
      if (length === 1) return at(candidates, 0);
      // Without the node that failed, the next one stands where that one stood.
      if (!isFirstPick(call)) return at(candidates, (turn + mostTurns - 1) % length);
      const picked = at(candidates, turn % length);
      turn = (turn + 1) % mostTurns;
      return picked;
    },
    rank(_call, candidates) {
      const start = turn % candidates.length;
      return [...candidates.slice(start), ...candidates.slice(0, start)];
    },
  };
}
