import type { Selector } from "./selector.js";

/** Each node in turn. One counter for each function: functions called in turn do not disturb each other. */
export function roundRobin(): Selector {
  let turn = 0;
  return {
    pick(_call, candidates) {
      turn = (turn + 1) % 0x4000_0000;
      return candidates[turn % candidates.length] as (typeof candidates)[0];
    },
  };
}
