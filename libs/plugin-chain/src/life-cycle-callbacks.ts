import { all, notify, step } from "./callback.js";
import type { Config } from "./config/config.js";

export type AdminStatus = "active" | "pause" | "inactive";

export type Status = "unknown" | "starting" | "running" | "pausing" | "paused" | "stopping" | "stopped" | "failed";

export interface StatusChange {
  readonly service: string;
  readonly status: Status;
  readonly previous: Status;
  /** What the operator gave, or the failure. */
  readonly reason: string | undefined;
}

/** The callbacks that every service has. */
export const lifeCycleCallbacks = {
  /** The configuration of the first start, after all layers are merged and before any `config` hook. */
  serviceConfig: step<[config: Config], Config>(),
  /** Every change of status. */
  statusChanged: notify<[change: StatusChange]>(),
  /** Whether calls should come here. Asked while the service is running. */
  isReady: all<[]>({ arity: 0 }),
  /** Whether nothing is left to wait for, once the last call has ended. */
  isDrained: all<[]>({ arity: 0 }),
};
export type LifeCycleCallbacks = typeof lifeCycleCallbacks;
