import type { SlotLists } from "../slot-lists.js";

/** The slots of these lists, each from its last to its first. */
export function slotsOf(lists: SlotLists, which: readonly number[]): Uint32Array {
  const slots: number[] = [];
  for (const list of which) for (let slot = lists.last(list); slot !== 0; slot = lists.before(slot)) slots.push(slot);
  return Uint32Array.from(slots);
}
