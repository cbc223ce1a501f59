import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

export interface CompileOptions {
  readonly nodePath: string;
  /** The service's folder. */
  readonly folder: string;
}

// A compiler that is silent for so long hangs.
const limitMs = 120_000;

/** True if the service is written in TypeScript, to be compiled before it can run. */
export function isTypeScript(folder: string): boolean {
  return existsSync(join(folder, "tsconfig.json"));
}

/**
 * Compiles a service with the project's own TypeScript, and answers what the compiler complains of; nothing if all is
 * well. Checks first and writes then, so that a service with a mistake in it keeps the files that it runs from.
 */
export async function compile({ nodePath, folder }: CompileOptions): Promise<string | undefined> {
  let tsc: string;
  try {
    const manifest = createRequire(join(folder, "package.json")).resolve("typescript/package.json");
    tsc = join(manifest, "..", "bin", "tsc");
  } catch {
    return "no typescript is installed in this project: npm install --save-dev typescript";
  }
  const run = (...words: string[]) => output(nodePath, [tsc, ...words, "--pretty", "false"], folder);
  return (await run("-p", folder, "--noEmit")) ?? (await run("-b", folder));
}

/** What a command that failed wrote; undefined if it did well. */
function output(nodePath: string, words: readonly string[], cwd: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(nodePath, [...words], { cwd, timeout: limitMs }, (error, stdout, stderr) => {
      resolve(error === null ? undefined : `${stdout}${stderr}`.trim() || error.message);
    });
  });
}
