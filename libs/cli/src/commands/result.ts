import { encodeJson } from "@weft/contracts";
import type { Command } from "commander";
import { gatewayTarget, withGateway } from "../gateway.js";
import { indentJson } from "../output/indent-json.js";
import type { Terminal } from "../terminal.js";
import { type GatewayOptions, milliseconds } from "./options.js";

interface ResultOptions extends GatewayOptions {
  readonly timeout?: number;
}

/** `weft result`: waits for an async call to end, and prints what its function answered. */
export function addResult(command: Command, terminal: Terminal): void {
  command
    .argument("<request-id>", "of the call, as weft call printed it")
    .option("--timeout <ms>", "the longest time to wait (default: 30000)", milliseconds)
    .description("Wait for the outcome of an async call and print its result as JSON.")
    .action(async (requestId: string, { timeout, ...options }: ResultOptions) => {
      const { out, stop: signal } = terminal;
      const result = await withGateway(gatewayTarget(options, terminal), (gateway) =>
        gateway.result(requestId, { signal, ...(timeout !== undefined && { timeoutMs: timeout }) }),
      );
      const json = encodeJson(result).toString();
      await out.write(`${options.json ? json : indentJson(json)}\n`);
    });
}
