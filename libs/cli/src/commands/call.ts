import { encodeJson } from "@weft/contracts";
import type { Command } from "commander";
import { gatewayTarget, withGateway } from "../gateway.js";
import { indentJson } from "../output/indent-json.js";
import type { Terminal } from "../terminal.js";
import { runCall, takesFunctionCall } from "./function-call.js";
import type { CallCommandOptions } from "./options.js";

/** `weft call`: runs a function and prints its result. One whose outcome comes later prints nothing. */
export function addCall(command: Command, terminal: Terminal): void {
  takesFunctionCall(command)
    .description("Run a function and print its result as JSON.")
    .action(async (name: string, pairs: string[], options: CallCommandOptions) => {
      const target = gatewayTarget(options, terminal);
      const { out, stop: signal } = terminal;
      const result = await withGateway(target, (gateway) =>
        runCall(gateway, name, pairs, { ...options, signal }, ({ args, callOptions }) =>
          gateway.call(name, args, callOptions),
        ),
      );
      if (result === undefined) return;
      const json = encodeJson(result).toString();
      await out.write(`${options.json ? json : indentJson(json)}\n`);
    });
}
