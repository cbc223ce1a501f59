import type { Command } from "commander";
import { gatewayTarget, withGateway } from "../gateway.js";
import type { Terminal } from "../terminal.js";
import type { GatewayOptions } from "./options.js";

interface PullOptions extends GatewayOptions {
  readonly force?: boolean;
}

/** `weft pull`: has the gateway ask nodes for their functions now. */
export function addPull(command: Command, terminal: Terminal): void {
  command
    .argument("[service]", "only the nodes of one service")
    .option("--force", "ask also for what is held already")
    .description("Have the gateway ask nodes for their functions now.")
    .action(async (service: string | undefined, options: PullOptions) => {
      const answer = await withGateway(gatewayTarget(options, terminal), (gateway) =>
        gateway.admin("pullFunctions", { service: service ?? "", force: options.force === true }),
      );
      await terminal.out.write(`${options.json ? JSON.stringify(answer) : answer.outcome}\n`);
    });
}
