import { decodeStruct } from "@weft/contracts";
import type { ExplainCallResponse } from "@weft/contracts/gateway";
import { codeName } from "@weft/core";
import type { Command } from "commander";
import { gatewayTarget, withGateway } from "../gateway.js";
import { createPaint, type Paint } from "../output/paint.js";
import { printable } from "../output/printable.js";
import { table } from "../output/table.js";
import type { Terminal } from "../terminal.js";
import { runCall, takesFunctionCall } from "./function-call.js";
import type { CallCommandOptions } from "./options.js";

interface ExplainCommandOptions extends CallCommandOptions {
  readonly as?: string;
  readonly role?: readonly string[];
}

/** `weft explain`: what would become of a call, and why. */
export function addExplain(command: Command, terminal: Terminal): void {
  takesFunctionCall(command)
    .option("--as <user>", "as this user would call it; needs the admin action explain_as")
    .option("--role <roles>", "roles of that user, with commas between them", (text) => text.split(","))
    .description("Say what would become of a call, and why, without making it.")
    .action(async (name: string, pairs: string[], options: ExplainCommandOptions) => {
      const { out, stop: signal } = terminal;
      const { as, role = [] } = options;
      const asked = as === undefined && role.length === 0 ? {} : { as: { userId: as ?? "", roles: role } };
      const explained = await withGateway(gatewayTarget(options, terminal), (gateway) =>
        runCall(gateway, name, pairs, { ...options, signal }, ({ args, callOptions }) =>
          gateway.explain(name, args, { ...callOptions, ...asked }),
        ),
      );
      await out.write(
        options.json ? `${JSON.stringify(asData(explained))}\n` : asText(explained, createPaint(terminal.useColor)),
      );
    });
}

function asData({ steps, nodes, outcome }: ExplainCallResponse): object {
  return {
    outcome: { code: codeName(outcome?.code ?? 0), message: outcome?.message ?? "" },
    steps: steps.map((step) => ({ ...step, details: decodeStruct(step.details) })),
    nodes: nodes.map((node) => ({ ...node, details: decodeStruct(node.details) })),
  };
}

function asText({ steps, nodes, outcome }: ExplainCallResponse, paint: Paint): string {
  const width = Math.max(...steps.map(({ phase }) => phase.length), 0);
  const lines = steps.map(
    ({ phase, passed, rule, reason }) =>
      `${passed ? "  " : "x "}${phase.padEnd(width)}  ${printable(rule)}${reason === "" ? "" : `: ${printable(reason)}`}\n`,
  );
  const rows = nodes.map(({ node, chosen, excluded, details }) => [
    chosen ? "->" : "",
    node,
    excluded || "candidate",
    Object.entries(decodeStruct(details))
      .map(([key, value]) => `${key} ${String(value)}`)
      .join(", "),
  ]);
  const end =
    outcome === undefined || outcome.code === 0
      ? "It would be sent.\n"
      : `It would be refused: ${codeName(outcome.code)}: ${printable(outcome.message)}\n`;
  const places = rows.length === 0 ? "" : `\n${table(["", "NODE", "STATE", "FACTS"], rows, paint)}`;
  return `${lines.join("")}${places}\n${paint.bold(end)}`;
}
