export { type Backoff, type BackoffOptions, createBackoff } from "./backoff.js";
export { type Clock, sleep, systemClock } from "./clock.js";
export { Code, codeName, isCode } from "./code.js";
export { computeOnce, type LeaseAnswer, type LeaseDesk } from "./compute-once.js";
export {
  ConfigError,
  type ConfigSources,
  readConfig,
  type SettingMeta,
  type SettingRow,
  settingRows,
} from "./config.js";
export { Deadlines } from "./deadlines.js";
export { type Logger, silentLogger, withFields } from "./log.js";
export { Reason } from "./reason.js";
export { createRestarts, maxRestarts, type Restarts, type RestartsOptions } from "./restarts.js";
export { type QuotaViolation, type Violation, WeftError, type WeftErrorOptions } from "./weft-error.js";
