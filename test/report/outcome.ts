/** The part of `jest --json` that is read here. */
export interface JestReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages: readonly string[] | null;
    }[];
  }[];
}

/** How one test ended. */
export interface Outcome {
  /** The compiled test file. */
  readonly file: string;
  readonly title: string;
  readonly status: "passed" | "failed" | "skipped";
  /** What failed, or why it was skipped. Absent when it passed, or was skipped without saying why. */
  readonly detail?: string;
}

export function outcomesOf(report: JestReport): Outcome[] {
  return report.testResults.flatMap(({ name: file, status, message, assertionResults }) => {
    const outcomes = assertionResults.map((result): Outcome => {
      const base = { file, title: result.fullName };
      if (result.status === "passed") return { ...base, status: "passed" };
      if (result.status === "failed")
        return { ...base, status: "failed", detail: (result.failureMessages ?? []).join("\n") };
      const reason = /\[skipped: ([^\]]+)\]/.exec(result.fullName)?.[1];
      return { ...base, status: "skipped", ...(reason !== undefined && { detail: reason }) };
    });
    // A file that does not load, or whose clean-up fails, has failed although none of its tests did.
    const isUnaccounted = status === "failed" && !outcomes.some((outcome) => outcome.status === "failed");
    return isUnaccounted ? [...outcomes, { file, title: file, status: "failed", detail: message }] : outcomes;
  });
}

/** The closing line of every run. */
export function closingLine(items: readonly { readonly status: Outcome["status"] }[]): string {
  const count = (status: Outcome["status"]) => items.filter((item) => item.status === status).length;
  return `${count("passed")} passed, ${count("failed")} failed, ${count("skipped")} skipped`;
}
