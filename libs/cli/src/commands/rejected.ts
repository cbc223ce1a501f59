import { type Command, Option } from "commander";
import { gatewayTarget, withGateway } from "../gateway.js";
import { createPaint } from "../output/paint.js";
import { table } from "../output/table.js";
import type { Terminal } from "../terminal.js";
import { count, type GatewayOptions } from "./options.js";

interface RejectedOptions extends GatewayOptions {
  readonly source?: string;
  readonly service?: string;
  readonly limit?: number;
}

const heading = ["WHEN", "FUNCTION", "VERSION", "SOURCE", "NODE", "REASONS"];

/** `weft rejected`: definitions that the gateway did not take. */
export function addRejected(command: Command, terminal: Terminal): void {
  command
    .addOption(new Option("--source <source>", "only those that came this way").choices(["pull", "push"]))
    .option("--service <service>", "only those of one service")
    .option("--limit <definitions>", "at most this many, the newest first (default: 100)", count)
    .description("List definitions of functions that the gateway did not take in the last 24 hours, and why.")
    .action(async ({ source = "", service = "", limit = 0, ...options }: RejectedOptions) => {
      const { out } = terminal;
      const { rejected } = await withGateway(gatewayTarget(options, terminal), (gateway) =>
        gateway.admin("listRejectedFunctions", { source, service, limit }),
      );
      if (options.json) return out.write(`${JSON.stringify(rejected)}\n`);
      if (rejected.length === 0) return out.write("nothing was rejected\n");
      const rows = rejected.map((entry) => [
        new Date(entry.rejectedAtMs).toISOString(),
        `${entry.service}.${entry.function}`,
        entry.version || "-",
        entry.source,
        entry.node || "-",
        entry.reasons.join("; "),
      ]);
      await out.write(table(heading, rows, createPaint(terminal.useColor)));
    });
}
