/** Why a chain cannot be built. */
export interface ChainProblem {
  readonly code:
    | "INVALID_PLUGIN"
    | "MISSING_PLUGIN"
    | "DUPLICATE_PLUGIN"
    | "PLUGIN_CYCLE"
    | "DUPLICATE_CALLBACK"
    | "UNDECLARED_CALLBACK"
    | "INVALID_CALLBACK";
  readonly message: string;
  /** Who is concerned; of a cycle its path, the first name again at the end. */
  readonly plugins: readonly string[];
}

/** Every problem of a chain at once. Nothing has started. */
export class ChainError extends Error {
  override readonly name = "ChainError";
  readonly service: string;
  readonly problems: readonly ChainProblem[];

  constructor(service: string, problems: readonly ChainProblem[]) {
    super(`the chain of service "${service}" cannot be built:\n${problems.map((p) => `  ${p.message}`).join("\n")}`);
    this.service = service;
    this.problems = problems;
  }
}
