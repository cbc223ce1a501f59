import { Code, Reason, WeftError } from "@weft/core";

/** The error of a request that names a field wrongly; `text` is the cache's own wording and reaches the caller as it is. */
export function refusal(field: string, text: string): WeftError {
  return new WeftError(Code.InvalidArgument, text, {
    reason: Reason.InvalidArgument,
    violations: [{ field, description: text }],
  });
}

/** The same for the texts that all begin with "Invalid input". */
export function invalidInput(field: string, text: string): WeftError {
  return refusal(field, `Invalid input: ${text}`);
}

/** Refuses fields of which only one may be given: `given` names those that were. */
export function refuseSeveral(given: readonly string[]): void {
  const [first, second] = given;
  if (second !== undefined) throw invalidInput(second, `${second} cannot be given beside ${first}`);
}

/** The entry has another version than its writer saw; 0: there is none. Undefined: nobody knows which. */
export function versionMismatch(expected: number, actual?: number): WeftError {
  return new WeftError(Code.Aborted, `the entry has no longer version ${expected}`, {
    reason: Reason.VersionMismatch,
    ...(actual !== undefined && { metadata: { entry_version: String(actual) } }),
  });
}

export function leaseEnded(): WeftError {
  return new WeftError(Code.Aborted, "the lease has ended", { reason: Reason.LeaseEnded });
}

const longestQuote = 64;

/** What the caller sent, between quotes and cut to a length that an error message can hold. */
export function quoted(text: string): string {
  return text.length > longestQuote ? `'${text.slice(0, longestQuote)}…'` : `'${text}'`;
}
