import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { repositoryRoot } from "../support/repository.js";

/** The environment variables that a service reads, as its `--help` prints them from the schema. */
export function settingsOf(service: string): string[] {
  const main = join(repositoryRoot, "services", service, "dist", "main.js");
  const help = execFileSync(process.execPath, [main, "--help"], { encoding: "utf8", timeout: 10_000 });
  return [...help.matchAll(/^ {2}([A-Z][A-Z_]+) /gm)].map((match) => match[1] ?? "");
}
