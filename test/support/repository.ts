import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder that holds package.json, proto/ and deploy/. Compiled, this file stands in test/dist/support. */
export const repositoryRoot: string = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "..");

/** The workspaces' folders, as `libs/core`. */
export function workspaceFolders(root: string): string[] {
  const inside = (folder: string) => readdirSync(join(root, folder)).map((name) => `${folder}/${name}`);
  return [...inside("libs"), ...inside("services"), "test", "test/bench"];
}
