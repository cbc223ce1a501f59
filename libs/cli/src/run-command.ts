import { CommanderError } from "commander";
import { reportError } from "./output/error-report.js";
import { createProgram } from "./program.js";
import type { Terminal } from "./terminal.js";

/** Runs one command line, without the words `node weft`. Answers the exit code. */
export async function runCommand(words: readonly string[], terminal: Terminal): Promise<number> {
  try {
    await createProgram(terminal).parseAsync([...words], { from: "user" });
    return 0;
  } catch (error) {
    // Help was shown: asked for, or for want of a command.
    if (error instanceof CommanderError && error.code.startsWith("commander.help")) return error.exitCode === 0 ? 0 : 2;
    const { exitCode, text, json } = reportError(error);
    await terminal.err.write(words.includes("--json") ? json : text);
    return exitCode;
  }
}
