import type { Command } from "commander";
import { gatewayTarget, withGateway } from "../gateway.js";
import { createPaint } from "../output/paint.js";
import type { Terminal } from "../terminal.js";
import type { GatewayOptions } from "./options.js";

interface PluginsOptions extends GatewayOptions {
  readonly node?: string;
}

/** `weft plugins`: what runs around the calls of a service, and why it stands there. */
export function addPlugins(command: Command, terminal: Terminal): void {
  command
    .argument("<service>", "such as places or gateway")
    .option("--node <id>", "only one of its nodes (see weft nodes)")
    .description("Show the plugin chains of a running service.")
    .action(async (service: string, options: PluginsOptions) => {
      const { out } = terminal;
      const { nodes } = await withGateway(gatewayTarget(options, terminal), (gateway) =>
        gateway.admin("explainPlugins", { service, node: options.node ?? "" }),
      );
      if (options.json) return out.write(`${JSON.stringify(nodes)}\n`);
      const paint = createPaint(terminal.useColor);
      for (const { node, chains } of nodes) {
        await out.write(`${paint.bold(node)}\n`);
        for (const { explanation } of chains) await out.write(`${explanation}\n\n`);
      }
    });
}
