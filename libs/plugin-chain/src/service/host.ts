import type { Callbacks } from "../callback.js";
import type { HookRunner } from "../hook-runner.js";
import type { StartedPlugins } from "../life/started-plugins.js";
import type { Calls } from "./calls.js";
import type { StatusBoard } from "./status-board.js";

/** The parts that the life cycle and the changes of a service work on. */
export interface Host<C extends Callbacks> {
  readonly name: string;
  readonly calls: Calls<C>;
  readonly started: StartedPlugins;
  readonly board: StatusBoard;
  readonly runHook: HookRunner;
  /** Fires when the service stops for good. */
  readonly stopping: AbortSignal;
}
