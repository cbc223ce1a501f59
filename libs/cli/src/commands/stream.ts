import { encodeJson } from "@weft/contracts";
import type { Command } from "commander";
import { gatewayTarget, withGateway } from "../gateway.js";
import type { Terminal } from "../terminal.js";
import { runCall, takesFunctionCall } from "./function-call.js";
import { type CallCommandOptions, count } from "./options.js";

interface StreamCommandOptions extends CallCommandOptions {
  readonly limit?: number;
}

/**
 * `weft stream`: prints what a function sends, one item a line. A reader of the output that is slow slows the function
 * down, and one that leaves ends it. Being interrupted is the normal end of watching a stream, and no failure.
 */
export function addStream(command: Command, terminal: Terminal): void {
  takesFunctionCall(command)
    .description("Run a function and print each item that it sends as one line of JSON.")
    .option("--limit <items>", "end after this many", count)
    .action(async (name: string, pairs: string[], options: StreamCommandOptions) => {
      const target = gatewayTarget(options, terminal);
      const { out, stop } = terminal;
      const enough = AbortSignal.any([stop, out.closed]);
      try {
        await withGateway(target, (gateway) =>
          runCall(gateway, name, pairs, { ...options, signal: enough }, async ({ args, callOptions }) => {
            let left = options.limit ?? Number.POSITIVE_INFINITY;
            for await (const item of gateway.stream(name, args, callOptions)) {
              await out.write(`${encodeJson(item)}\n`);
              if (--left === 0) break;
            }
          }),
        );
      } catch (error) {
        if (!enough.aborted) throw error;
      }
    });
}
