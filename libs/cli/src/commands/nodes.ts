import { decodeStruct } from "@weft/contracts";
import type { Command } from "commander";
import { gatewayTarget, withGateway } from "../gateway.js";
import { createPaint } from "../output/paint.js";
import { table } from "../output/table.js";
import type { Terminal } from "../terminal.js";
import type { GatewayOptions } from "./options.js";

const heading = ["NODE", "SERVICE", "ADDRESS", "STATE", "VERSION", "REVISION", "IN FLIGHT"];

/** `weft nodes`: who is there. */
export function addNodes(command: Command, terminal: Terminal): void {
  command
    .argument("[service]", "only those of one service")
    .description("List the nodes that the gateway knows.")
    .action(async (service: string | undefined, options: GatewayOptions) => {
      const { out } = terminal;
      const { nodes } = await withGateway(gatewayTarget(options, terminal), (gateway) =>
        gateway.admin("listNodes", { service: service ?? "" }),
      );
      if (options.json) {
        const plain = nodes.map((node) => ({ ...node, details: decodeStruct(node.details) }));
        return out.write(`${JSON.stringify(plain)}\n`);
      }
      if (nodes.length === 0) return out.write("no nodes\n");
      const rows = nodes.map((node) => {
        const { id, address, state, version, revision, inFlight } = node;
        return [id, node.service, address, state, version || "-", revision, String(inFlight)];
      });
      await out.write(table(heading, rows, createPaint(terminal.useColor)));
    });
}
