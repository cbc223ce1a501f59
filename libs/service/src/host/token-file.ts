import { readFileSync } from "node:fs";
import { ConfigError } from "@weft/core";

/** The token in a file that the variable `setting` names. Throws a ConfigError if it is no token, or cannot be read. */
export function readTokenFile(path: string, setting: string): string {
  let token: string;
  try {
    token = readFileSync(path, "utf8").trim();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ConfigError([`${setting}: cannot read ${JSON.stringify(path)} (${code})`]);
  }
  if (!/^[\x21-\x7e]{16,512}$/.test(token))
    throw new ConfigError([`${setting}: the token must be 16 to 512 visible ASCII characters`]);
  return token;
}
