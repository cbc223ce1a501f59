export interface ProcessFailedOptions {
  /** 2 where the process itself blamed its configuration. */
  readonly exitCode: 1 | 2;
  /** What it said on standard error, line by line. */
  readonly lastWords?: readonly string[];
  readonly hint?: string;
}

/** A service could not be started, or not be kept running. */
export class ProcessFailed extends Error {
  override readonly name = "ProcessFailed";
  readonly exitCode: 1 | 2;
  readonly lastWords: readonly string[];
  readonly hint: string | undefined;

  constructor(message: string, { exitCode, lastWords = [], hint }: ProcessFailedOptions) {
    super(message);
    this.exitCode = exitCode;
    this.lastWords = lastWords;
    this.hint = hint;
  }
}
