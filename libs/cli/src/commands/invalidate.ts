import { encodeStruct } from "@weft/contracts";
import type { Command } from "commander";
import { readArguments } from "../arguments/read-arguments.js";
import { gatewayTarget, withGateway } from "../gateway.js";
import type { Terminal } from "../terminal.js";
import { functionName, type GatewayOptions } from "./options.js";

/** `weft invalidate`: results that are kept of a function are forgotten. */
export function addInvalidate(command: Command, terminal: Terminal): void {
  command
    .argument("<function>", "as SERVICE.FUNCTION", functionName)
    .argument("[key-arguments...]", "name=value of one result, as the function names its key; without them all results")
    .description("Forget results that are kept of a function.")
    .action(async (name: string, pairs: string[], options: GatewayOptions) => {
      const removed = await withGateway(gatewayTarget(options, terminal), async (gateway) => {
        const args = await readArguments({ pairs, json: undefined }, async () => {
          const { config } = await gateway.describe(name);
          return config?.arguments ?? [];
        });
        const dot = name.indexOf(".");
        const response = await gateway.admin("invalidateResults", {
          service: name.slice(0, dot),
          function: name.slice(dot + 1),
          keyArguments: encodeStruct(args),
        });
        return response.removed;
      });
      const text = removed === 1 ? "1 result forgotten" : `${removed} results forgotten`;
      await terminal.out.write(options.json ? `${JSON.stringify({ removed })}\n` : `${text}\n`);
    });
}
