import type { Command } from "commander";
import { gatewayTarget, withGateway } from "../gateway.js";
import type { Terminal } from "../terminal.js";
import type { GatewayOptions } from "./options.js";

/** `weft verify`: whether the gateway holds a set that was pushed. Every outcome is an answer, not a failure. */
export function addVerify(command: Command, terminal: Terminal): void {
  command
    .argument("<service>", "that has pushed")
    .argument("<version>", "of the set that should be there")
    .description("Compare the version of a pushed function set with the one that the gateway holds.")
    .action(async (service: string, configVersion: string, options: GatewayOptions) => {
      const answer = await withGateway(gatewayTarget(options, terminal), (gateway) =>
        gateway.admin("verifyFunctions", { service, configVersion }),
      );
      const { outcome, storedVersion } = answer;
      const text = outcome === "mismatch" ? `${outcome}: ${storedVersion} is held` : outcome;
      await terminal.out.write(`${options.json ? JSON.stringify(answer) : text}\n`);
    });
}
