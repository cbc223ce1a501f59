import { ConfigError, codeName, Reason, WeftError } from "@weft/core";
import { CommanderError } from "commander";
import { TestsFailed } from "../declarative/tests-failed.js";
import { ProcessFailed } from "../dev/process-failed.js";
import { UsageError } from "../usage-error.js";
import { printable } from "./printable.js";

/** An error as the command tells it, to people and to programs. */
export interface ErrorReport {
  readonly exitCode: 1 | 2;
  readonly text: string;
  /** One line of JSON. */
  readonly json: string;
}

export function reportError(error: unknown): ErrorReport {
  if (error instanceof WeftError) return callFailed(error);
  if (error instanceof ProcessFailed) return processFailed(error);
  if (error instanceof TestsFailed) {
    const { message } = error;
    return {
      exitCode: 1,
      text: `error: ${message}\n`,
      json: line({ code: "ABORTED", reason: "TESTS_FAILED", message }),
    };
  }
  if (error instanceof UsageError || error instanceof ConfigError) return wrongUsage(error.problems);
  if (error instanceof CommanderError) return wrongUsage([error.message.replace(/^error: /, "").replace(/\n/g, " ")]);
  const message = String((error as Error).stack ?? error);
  return { exitCode: 1, text: `weft: ${message}\n`, json: line({ code: "INTERNAL", reason: "INTERNAL", message }) };
}

function callFailed(error: WeftError): ErrorReport {
  const { message, reason, domain, metadata, violations, quotaViolations, retryAfterMs, requestId } = error;
  const code = codeName(error.code);
  const hint = hintFor(error);
  const lines = [
    `error: ${message}`,
    `  reason: ${reason}${code === reason ? "" : ` (${code})`}`,
    ...violations.map(({ field, description }) => `  ${field}: ${description}`),
    ...quotaViolations.map(({ subject, description }) => `  ${subject}: ${description}`),
    ...(requestId === undefined ? [] : [`  request id: ${requestId}`]),
    ...(hint === undefined ? [] : [`  hint: ${hint}`]),
  ];
  return {
    exitCode: 1,
    text: `${lines.map(printable).join("\n")}\n`,
    json: line({ code, reason, domain, message, metadata, violations, quotaViolations, retryAfterMs, requestId, hint }),
  };
}

function processFailed({ exitCode, message, lastWords, hint }: ProcessFailed): ErrorReport {
  const lines = [`error: ${message}`, ...lastWords.map((words) => `  ${words}`), ...(hint ? [`  hint: ${hint}`] : [])];
  const code = exitCode === 2 ? "FAILED_PRECONDITION" : "UNAVAILABLE";
  return {
    exitCode,
    text: `${lines.map(printable).join("\n")}\n`,
    json: line({ code, reason: "PROCESS_FAILED", message, lastWords, hint }),
  };
}

function wrongUsage(problems: readonly string[]): ErrorReport {
  const shown = problems.map(printable);
  const text = shown.length === 1 ? `error: ${shown[0]}\n` : `error:\n${shown.map((each) => `  ${each}\n`).join("")}`;
  return {
    exitCode: 2,
    text: `${text}Try --help.\n`,
    json: line({ code: "INVALID_ARGUMENT", reason: "USAGE", message: problems.join("; "), problems }),
  };
}

function line(report: object): string {
  return `${JSON.stringify(report)}\n`;
}

/** What to do about it, where that is known. */
function hintFor({ reason, metadata, retryAfterMs }: WeftError): string | undefined {
  switch (reason) {
    case Reason.ConnectionLost:
      if (metadata.gateway !== undefined) return 'is "weft dev" running? --gateway names another address';
      break;
    case Reason.FunctionNotFound:
      return '"weft functions" lists what can be called';
    case Reason.WrongCallShape:
      return 'it is a stream: use "weft stream"';
    case Reason.InvalidArgument:
      return '"weft describe SERVICE.FUNCTION" shows what it takes';
    case Reason.NoNodesAvailable:
    case Reason.DiscoveryNotReady:
      return '"weft nodes" shows which nodes are there';
    case Reason.AdminActionDenied:
      return "the gateway allows it when WEFT_ADMIN_ACTIONS names it";
    case Reason.InvalidPushToken:
      return "--token-file names a file with the gateway's push token (its WEFT_PUSH_TOKEN_FILE)";
    case Reason.Timeout:
      return "--timeout allows more time; the function may have a shorter limit of its own";
  }
  return retryAfterMs === undefined ? undefined : `try again after ${Math.ceil(retryAfterMs)} ms`;
}
