import { decodeStruct } from "@weft/contracts";
import type { Command } from "commander";
import { gatewayTarget, withGateway } from "../gateway.js";
import { indentJson } from "../output/indent-json.js";
import type { Terminal } from "../terminal.js";
import type { GatewayOptions } from "./options.js";

/** `weft inspect`: what became of one call. */
export function addInspect(command: Command, terminal: Terminal): void {
  command
    .argument("<request-id>", "of a call under way, or over a short while ago")
    .description("Show what a gateway knows of one call: caller, nodes, times, outcome.")
    .action(async (requestId: string, options: GatewayOptions) => {
      const { request } = await withGateway(gatewayTarget(options, terminal), (gateway) =>
        gateway.admin("inspectRequest", { requestId }),
      );
      const json = JSON.stringify(decodeStruct(request ?? Buffer.alloc(0)));
      await terminal.out.write(`${options.json ? json : indentJson(json)}\n`);
    });
}
