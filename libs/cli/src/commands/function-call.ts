import type { Arguments, CallOptions } from "@weft/client";
import type { Command } from "commander";
import { readArguments } from "../arguments/read-arguments.js";
import type { Gateway } from "../gateway.js";
import { type CallCommandOptions, functionName, milliseconds } from "./options.js";

/** The words and options that `call` and `stream` share. */
export function takesFunctionCall(command: Command): Command {
  return command
    .argument("<function>", "as SERVICE.FUNCTION", functionName)
    .argument("[arguments...]", "name=value, read by the type that the function declares, or name:=JSON")
    .option("--args <json>", "arguments as one JSON object; those given by name win")
    .option("--timeout <ms>", "the longest time it may take", milliseconds)
    .option("--request-id <id>", "an id to find it by in logs and traces")
    .option("--fn-version <version>", "of the function (default: the latest)");
}

/** The arguments and options of a call, ready for the client. */
export async function prepareCall(
  gateway: Gateway,
  name: string,
  pairs: readonly string[],
  options: CallCommandOptions,
  signal: AbortSignal,
): Promise<{ readonly args: Arguments; readonly callOptions: CallOptions }> {
  const { timeout, requestId, fnVersion } = options;
  const shared = {
    signal,
    ...(timeout !== undefined && { timeoutMs: timeout }),
    ...(fnVersion !== undefined && { version: fnVersion }),
  };
  const args = await readArguments({ pairs, json: options.args }, async () => {
    const { config } = await gateway.describe(name, shared);
    return config?.arguments ?? [];
  });
  return { args, callOptions: { ...shared, ...(requestId !== undefined && { requestId }) } };
}
