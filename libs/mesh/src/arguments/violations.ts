import { meshDomain } from "@weft/contracts";
import { Code, Reason, type Violation, WeftError } from "@weft/core";

const maxMessageLength = 256;

// Details travel in a trailer, of which some clients take no more than 8 KB, in base64: over that the error itself is lost.
const maxViolations = 50;
const maxViolationsLength = 4_000;

/**
 * The refusal of a call for its arguments: the first violation's text, the number of the others, and as many violations with
 * their full texts as fit into a trailer; a last one, of the field `rest`, counts those that do not.
 */
export function invalidArguments(violations: readonly Violation[], rest = "args"): WeftError {
  const [first] = violations;
  const others = violations.length > 1 ? ` (and ${violations.length - 1} more)` : "";
  const message = cut(first?.description ?? "invalid arguments", maxMessageLength - others.length) + others;
  return new WeftError(Code.InvalidArgument, message, {
    reason: Reason.InvalidArgument,
    domain: meshDomain,
    violations: sendable(violations, rest),
  });
}

function sendable(violations: readonly Violation[], rest: string): readonly Violation[] {
  const sent: Violation[] = [];
  let length = 0;
  for (const { field, description } of violations) {
    const violation = { field, description: cut(description, maxMessageLength) };
    length += field.length + violation.description.length;
    if (sent.length === maxViolations || length > maxViolationsLength) {
      sent.push({ field: rest, description: `and ${violations.length - sent.length} more` });
      break;
    }
    sent.push(violation);
  }
  return sent;
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
