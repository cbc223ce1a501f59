import type { Command } from "commander";
import { gatewayTarget, withGateway } from "../gateway.js";
import type { Terminal } from "../terminal.js";
import type { GatewayOptions } from "./options.js";

interface ResetBreakerOptions extends GatewayOptions {
  readonly service?: string;
  readonly function?: string;
  readonly node?: string;
}

/** `weft reset-breaker`: calls go to those nodes again. */
export function addResetBreaker(command: Command, terminal: Terminal): void {
  command
    .option("--service <name>", "only those of one service")
    .option("--function <name>", "only those of functions of that name")
    .option("--node <id>", "only those of one node")
    .description("Close breakers by hand, so that calls go to those nodes again.")
    .action(async (options: ResetBreakerOptions) => {
      const which = { service: options.service ?? "", function: options.function ?? "", node: options.node ?? "" };
      const { reset } = await withGateway(gatewayTarget(options, terminal), (gateway) =>
        gateway.admin("resetBreaker", which),
      );
      const text = `${reset === 1 ? "1 open breaker" : `${reset} open breakers`} closed`;
      await terminal.out.write(`${options.json ? JSON.stringify({ reset }) : text}\n`);
    });
}
