import type { Output } from "./output/output.js";

/** What a command may know of the process it runs in, and do with it. Only main.ts has a real one. */
export interface Terminal {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The Node that runs this command, to run services with too. */
  readonly nodePath: string;
  readonly out: Output;
  readonly err: Output;
  readonly useColor: boolean;
  /** Fires at the first Ctrl-C or SIGTERM: end what is under way. */
  readonly stop: AbortSignal;
  /** Fires at the second one: end at once. */
  readonly kill: AbortSignal;
}
