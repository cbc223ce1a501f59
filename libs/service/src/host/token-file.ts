import { readFileSync } from "node:fs";
import { ConfigError } from "@weft/core";
import { z } from "zod";

/** The setting that names a file with a token: one that holds none is refused beside whatever else is wrong. */
export const tokenFile = z
  .string()
  .min(1)
  .superRefine((path, context) => {
    const { problem } = look(path);
    if (problem !== undefined) context.addIssue(problem);
  });

/** The token in a file that the variable `setting` names. Throws a ConfigError if it is no token, or cannot be read. */
export function readTokenFile(path: string, setting: string): string {
  const { token, problem } = look(path);
  if (problem === undefined) return token;
  throw new ConfigError([`${setting}: ${problem}, got ${JSON.stringify(path)}`]);
}

function look(path: string): { readonly token: string; readonly problem?: string } {
  let token: string;
  try {
    token = readFileSync(path, "utf8").trim();
  } catch (error) {
    return { token: "", problem: `cannot read the file (${(error as NodeJS.ErrnoException).code})` };
  }
  if (/^[\x21-\x7e]{16,512}$/.test(token)) return { token };
  return { token: "", problem: "must name a file with a token of 16 to 512 visible ASCII characters" };
}
