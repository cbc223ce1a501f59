import type { Command } from "commander";
import { gatewayTarget, withGateway } from "../gateway.js";
import type { Terminal } from "../terminal.js";
import { functionName, type GatewayOptions } from "./options.js";

interface SwitchOptions extends GatewayOptions {
  readonly functionVersion?: string;
}

/** `weft enable`: switches a function on again. */
export function addEnable(command: Command, terminal: Terminal): void {
  addSwitch(command.description("Let a function be called again that was disabled here."), terminal, true);
}

/** `weft disable`: switches a function off, whatever its author says. */
export function addDisable(command: Command, terminal: Terminal): void {
  const what = "Refuse calls of a function, until it is enabled again or the gateway restarts.";
  addSwitch(command.description(what), terminal, false);
}

function addSwitch(command: Command, terminal: Terminal, enabled: boolean): void {
  command
    .argument("<function>", "as SERVICE.FUNCTION", functionName)
    .option("--fn-version, --function-version <version>", "only this one (default: all versions)")
    .action(async (name: string, { functionVersion: version, ...options }: SwitchOptions) => {
      const dot = name.indexOf(".");
      const { changed } = await withGateway(gatewayTarget(options, terminal), (gateway) =>
        gateway.admin("setFunctionEnabled", {
          service: name.slice(0, dot),
          function: name.slice(dot + 1),
          enabled,
          version,
        }),
      );
      const versions = `${changed} ${changed === 1 ? "version" : "versions"}`;
      const text = `${enabled ? "enabled" : "disabled"} ${name}, ${changed === 0 ? "as before" : versions}`;
      await terminal.out.write(`${options.json ? JSON.stringify({ changed }) : text}\n`);
    });
}
