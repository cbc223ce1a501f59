import { type Config, isPlainObject } from "../config/config.js";
import { deepMerge } from "../config/deep-merge.js";
import { ManagementError } from "../management-error.js";
import { textOf } from "../plugin-error.js";

/** One layer's worth of configuration; under `plugins` it may also replace the list of plugins. */
export interface Update<Listed> {
  readonly plugins?: readonly Listed[];
  readonly [name: string]: unknown;
}

export interface SplitUpdate<Listed> {
  readonly listed: readonly Listed[] | undefined;
  /** A copy, so that the caller's object may change afterwards. */
  readonly values: Config;
}

/** Parts the configuration from the list of plugins. Throws a ManagementError if it is neither. */
export function splitUpdate<Listed>(update: Update<Listed>): SplitUpdate<Listed> {
  if (!isPlainObject(update)) throw new ManagementError("INVALID_UPDATE", "the update is no plain object");
  const { plugins: listed, ...rest } = update;
  if (listed !== undefined && !Array.isArray(listed)) {
    throw new ManagementError("INVALID_UPDATE", `"plugins" of the update is no list`);
  }
  try {
    return { listed, values: deepMerge({}, rest) };
  } catch (error) {
    throw new ManagementError("INVALID_UPDATE", textOf(error));
  }
}
