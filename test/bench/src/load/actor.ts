import type { Measured } from "../benchmark.js";
import type { Addresses } from "./child.js";

/** What a module that runs in a process of its own exports as `start`. */
export type Start = (addresses: Addresses) => Actor | Promise<Actor>;

export interface Actor {
  /** Of a server: for the processes that are started after it. */
  readonly addresses?: Addresses;
  /** What it has found out by starting. */
  readonly figures?: Measured;
  /** Of a client: runs one caller, who calls again and again, until `work` is over. */
  readonly call?: (work: (once: CallOnce) => Promise<void>) => Promise<void>;
}

/** Makes one call, with arguments that no other call has. Throws unless the answer is the one to these. */
export type CallOnce = (sequence: number) => Promise<void>;

/** Of a process, since its start. */
export interface Usage {
  readonly cpuSeconds: number;
  readonly rssMb: number;
}
