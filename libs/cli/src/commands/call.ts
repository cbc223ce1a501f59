import { encodeJson } from "@weft/contracts";
import type { Command } from "commander";
import { gatewayTarget, withGateway } from "../gateway.js";
import { indentJson } from "../output/indent-json.js";
import type { Terminal } from "../terminal.js";
import { runCall, takesFunctionCall } from "./function-call.js";
import type { CallCommandOptions } from "./options.js";

/** `weft call`: runs a function and prints its result; of an async one the id to ask for it by, of a one-way one nothing. */
export function addCall(command: Command, terminal: Terminal): void {
  takesFunctionCall(command)
    .description("Run a function and print its result as JSON. Of an async one, the request id for weft result.")
    .action(async (name: string, pairs: string[], options: CallCommandOptions) => {
      const target = gatewayTarget(options, terminal);
      const { out, err, stop: signal } = terminal;
      await withGateway(target, (gateway) =>
        runCall(gateway, name, pairs, { ...options, signal }, async ({ args, callOptions }) => {
          const result = await gateway.call(name, args, callOptions);
          if (result !== undefined) {
            const json = encodeJson(result).toString();
            return out.write(`${options.json ? json : indentJson(json)}\n`);
          }
          const { config } = await gateway.describe(name, callOptions);
          if (config?.mode !== "async") return;
          const { requestId } = callOptions;
          await out.write(`${options.json ? JSON.stringify({ requestId }) : requestId}\n`);
          if (!options.json) await err.write(`accepted: weft result ${requestId}\n`);
        }),
      );
    });
}
