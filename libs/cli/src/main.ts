#!/usr/bin/env node
import { systemClock } from "@weft/core";
import { createOutput } from "./output/output.js";
import { runCommand } from "./run-command.js";
import { createStopSignals } from "./stop-signals.js";

const { argv, env, stdout, stderr } = process;
const { stop, kill, received } = createStopSignals(systemClock);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, received);
if (process.send !== undefined) process.on("disconnect", received); // the parent is gone

const exitCode = await runCommand(argv.slice(2), {
  cwd: process.cwd(),
  env,
  nodePath: process.execPath,
  out: createOutput(stdout),
  err: createOutput(stderr),
  useColor: stdout.isTTY && !env.NO_COLOR,
  stop,
  kill,
});
stdout.write("", () => process.exit(exitCode));
