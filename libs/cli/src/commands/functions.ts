import type { Command } from "commander";
import { gatewayTarget, withGateway } from "../gateway.js";
import { createPaint } from "../output/paint.js";
import { table } from "../output/table.js";
import type { Terminal } from "../terminal.js";
import { functionRows, functionsHeading } from "./function-rows.js";
import type { GatewayOptions } from "./options.js";

/** `weft functions`: what can be called. */
export function addFunctions(command: Command, terminal: Terminal): void {
  command
    .argument("[service]", "only those of one service")
    .description("List the functions that can be called.")
    .action(async (service: string | undefined, options: GatewayOptions) => {
      const { out, stop: signal } = terminal;
      const all = await withGateway(gatewayTarget(options, terminal), (gateway) => gateway.functions({ signal }));
      const functions = all.filter((each) => service === undefined || each.service === service);
      if (options.json) return out.write(`${JSON.stringify(functions)}\n`);
      if (functions.length === 0) return out.write("no functions\n");
      await out.write(table(functionsHeading, functionRows(functions), createPaint(terminal.useColor)));
    });
}
