import { randomUUID } from "node:crypto";
import type { Arguments, CallOptions } from "@weft/client";
import { WeftError } from "@weft/core";
import type { Command } from "commander";
import { readArguments } from "../arguments/read-arguments.js";
import type { Gateway } from "../gateway.js";
import { type CallCommandOptions, functionName, milliseconds } from "./options.js";

/** The words and options of every command that calls a function. */
export function takesArguments(command: Command): Command {
  return command
    .argument("<function>", "as SERVICE.FUNCTION", functionName)
    .argument("[arguments...]", "name=value, read by the type that the function declares, or name:=JSON")
    .option("--args <json>", "arguments as one JSON object; those given by name win")
    .option("--timeout <ms>", "the longest time it may take", milliseconds)
    .option("--fn-version <version>", "of the function (default: the latest)");
}

/** Those that `call` and `stream` share: of one call. */
export function takesFunctionCall(command: Command): Command {
  return takesArguments(command)
    .option("--idempotency-key <key>", "makes it safe to send the same call again")
    .option("--request-id <id>", "an id to find it by in logs and traces");
}

/** A call as the client takes it. */
export interface PreparedCall {
  readonly args: Arguments;
  readonly callOptions: CallOptions;
}

/** Reads the arguments, by the types that the function declares. */
export async function prepareCall(
  gateway: Gateway,
  name: string,
  pairs: readonly string[],
  options: Pick<CallCommandOptions, "args" | "timeout" | "fnVersion"> & { readonly signal: AbortSignal },
): Promise<PreparedCall> {
  const { signal, timeout, fnVersion } = options;
  const callOptions = {
    signal,
    ...(timeout !== undefined && { timeoutMs: timeout }),
    ...(fnVersion !== undefined && { version: fnVersion }),
  };
  const args = await readArguments({ pairs, json: options.args }, async () => {
    const { config } = await gateway.describe(name, callOptions);
    return config?.arguments ?? [];
  });
  return { args, callOptions };
}

/**
 * Prepares one call and runs `work` with it. The call gets its request id here, so that an error can tell it whatever
 * becomes of the call.
 */
export async function runCall<T>(
  gateway: Gateway,
  name: string,
  pairs: readonly string[],
  options: CallCommandOptions & { readonly signal: AbortSignal },
  work: (call: PreparedCall) => Promise<T>,
): Promise<T> {
  const { idempotencyKey, requestId = randomUUID() } = options;
  const { args, callOptions } = await prepareCall(gateway, name, pairs, options);
  try {
    return await work({
      args,
      callOptions: { ...callOptions, requestId, ...(idempotencyKey !== undefined && { idempotencyKey }) },
    });
  } catch (error) {
    throw error instanceof WeftError ? error.with({ requestId }) : error;
  }
}
