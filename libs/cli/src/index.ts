import { fileURLToPath } from "node:url";

/** The path of the command's executable, for programs that start it as a process of its own. */
export const weftCommand: string = fileURLToPath(new URL("./main.js", import.meta.url));
