import type { WeftError } from "@weft/core";
import type { Call } from "../../call.js";
import type { Pool } from "./pool.js";

/** A call's place in one pool, from when it runs until it is over. */
export interface Slot {
  readonly pool: Pool;
  /** Since when the call runs there; NaN where nobody listened to events of that. */
  readonly sinceMs: number;
  /** What it holds of pools that it has entered before. */
  readonly next: Slot | undefined;
}

/** Gives back all slots of a call that is over: once, however often it ends. */
export function giveBack(call: Call, error: WeftError | undefined): void {
  let { slot } = call;
  call.slot = undefined;
  for (; slot !== undefined; slot = slot.next) slot.pool.leave(slot, error);
}
