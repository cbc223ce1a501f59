import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder that holds package.json, proto/ and deploy/. Compiled, this file stands in test/dist/support. */
export const repositoryRoot: string = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "..");
