import type { CallFlow } from "@weft/contracts/admin";
import type { FunctionConfig } from "@weft/contracts/function";
import type { Command } from "commander";
import { gatewayTarget, withGateway } from "../gateway.js";
import { createPaint, type Paint } from "../output/paint.js";
import { printable } from "../output/printable.js";
import type { Terminal } from "../terminal.js";
import type { GatewayOptions } from "./options.js";

interface CallFlowOptions extends GatewayOptions {
  readonly fnVersion?: string;
  readonly all?: boolean;
}

/** `weft call-flow`: every step that the calls of a function take. */
export function addCallFlow(command: Command, terminal: Terminal): void {
  command
    .argument("[function]", "as SERVICE or SERVICE.FUNCTION (default: all functions)", "")
    .option("--fn-version <version>", "of the function (default: all)")
    .option("--all", "disabled functions too")
    .description("Show the way that calls of a function take through the gateway.")
    .action(async (name: string, options: CallFlowOptions) => {
      const dot = name.indexOf(".");
      const request = {
        service: dot < 0 ? name : name.slice(0, dot),
        function: dot < 0 ? "" : name.slice(dot + 1),
        version: options.fnVersion ?? "",
        includeDisabled: options.all ?? false,
      };
      const { flows } = await withGateway(gatewayTarget(options, terminal), (gateway) =>
        gateway.admin("listCallFlows", request),
      );
      const paint = createPaint(terminal.useColor);
      const text = options.json
        ? `${JSON.stringify(flows.map(asData))}\n`
        : flows.map((flow) => asText(flow, paint)).join("\n") || "no functions\n";
      await terminal.out.write(text);
    });
}

function asData({ config, ...flow }: CallFlow): object {
  const { service, function: name, version = null, mode } = config as FunctionConfig;
  return { service, function: name, version, mode, ...flow };
}

function asText({ config, steps, reachable, unreachable }: CallFlow, paint: Paint): string {
  const { service, function: name, version, mode } = config as FunctionConfig;
  const width = Math.max(...steps.map(({ phase }) => phase.length), 0);
  const lines = steps.map(({ phase, description }) => `  ${phase.padEnd(width)}  ${printable(description)}\n`);
  const title = `${service}.${name}${version === undefined ? "" : ` version ${version}`} (${mode})`;
  const nodes = [
    `  nodes: ${reachable.map(printable).join(", ") || "none"}\n`,
    ...(unreachable.length === 0 ? [] : [`  left out: ${unreachable.map(printable).join(", ")}\n`]),
  ];
  return `${paint.bold(printable(title))}\n${lines.join("")}${nodes.join("")}`;
}
