/** What a library needs of a logger; pino's fits. Fields first: no payloads, no secrets, no metadata of a call. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  /** Asked once where lines are many, so that none is made which nobody reads. Absent: every level is on. */
  isLevelEnabled?(level: "debug" | "info" | "warn" | "error"): boolean;
}

const nothing = () => {};

/** Says nothing. */
export const silentLogger: Logger = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  isLevelEnabled: () => false,
};

/** A logger that writes these fields with every line. */
export function withFields(logger: Logger, fields: object): Logger {
  return {
    debug: (own, message) => logger.debug({ ...fields, ...own }, message),
    info: (own, message) => logger.info({ ...fields, ...own }, message),
    warn: (own, message) => logger.warn({ ...fields, ...own }, message),
    error: (own, message) => logger.error({ ...fields, ...own }, message),
    isLevelEnabled: (level) => logger.isLevelEnabled?.(level) ?? true,
  };
}
