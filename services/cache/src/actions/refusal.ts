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

const longestQuote = 64;

/** What the caller sent, between quotes and cut to a length that an error message can hold. */
export function quoted(text: string): string {
  return text.length > longestQuote ? `'${text.slice(0, longestQuote)}…'` : `'${text}'`;
}
