import { decodeValue, encodeJson } from "@weft/contracts";
import type { Argument, FunctionConfig, Permission } from "@weft/contracts/function";
import type { DescribeFunctionResponse } from "@weft/contracts/gateway";
import type { Command } from "commander";
import { gatewayTarget, withGateway } from "../gateway.js";
import { createPaint, type Paint } from "../output/paint.js";
import { printable } from "../output/printable.js";
import { table } from "../output/table.js";
import type { Terminal } from "../terminal.js";
import { functionName, type GatewayOptions } from "./options.js";

interface DescribeOptions extends GatewayOptions {
  readonly fnVersion?: string;
}

/** `weft describe`: all that a caller needs to know of one function. */
export function addDescribe(command: Command, terminal: Terminal): void {
  command
    .argument("<function>", "as SERVICE.FUNCTION", functionName)
    .option("--fn-version <version>", "of the function (default: the latest)")
    .description("Show what a function does and takes.")
    .action(async (name: string, options: DescribeOptions) => {
      const { out, stop: signal } = terminal;
      const version = options.fnVersion === undefined ? {} : { version: options.fnVersion };
      const described = await withGateway(gatewayTarget(options, terminal), (gateway) =>
        gateway.describe(name, { signal, ...version }),
      );
      const text = options.json ? asJson(described) : asText(name, described, createPaint(terminal.useColor));
      await out.write(text);
    });
}

function asJson({ config, argsSchema, resultSchema, versions, example }: DescribeFunctionResponse): string {
  const {
    service,
    function: name,
    version,
    mode,
    summary,
    description,
    idempotent,
    disabled,
    tags,
  } = config as FunctionConfig;
  const described = {
    service,
    function: name,
    version,
    versions,
    mode,
    summary,
    description,
    tags,
    permission: permissionText(config?.permission),
    timeoutMs: config?.timeoutMs,
    idempotent,
    disabled,
    argsSchema: JSON.parse(argsSchema),
    resultSchema: resultSchema === "" ? undefined : JSON.parse(resultSchema),
    example: JSON.parse(example),
  };
  return `${JSON.stringify(described)}\n`;
}

function asText(name: string, { config, versions }: DescribeFunctionResponse, paint: Paint): string {
  const { summary, description, mode, timeoutMs, idempotent, disabled, permission } = config as FunctionConfig;
  const facts: [string, string][] = [
    ["mode", mode],
    ["permission", permissionText(permission)],
    ["time limit", timeLimitText(timeoutMs)],
    ["idempotent", idempotent ? "yes" : "no"],
    ["versions", versions.filter((version) => version !== "").join(", ")],
    ["disabled", disabled ? "yes" : ""],
  ];
  const lines = [
    paint.bold(name) + (summary === "" ? "" : `  ${printable(summary)}`),
    ...(description === "" ? [] : ["", ...description.split("\n").map(printable)]),
    "",
    ...facts.filter(([, fact]) => fact !== "").map(([label, fact]) => `${label.padEnd(12)}${printable(fact)}`),
    "",
  ];
  return `${lines.join("\n")}\n${argumentsText(config as FunctionConfig, paint)}`;
}

function argumentsText({ arguments: declared, openArguments }: FunctionConfig, paint: Paint): string {
  if (declared.length === 0) return openArguments ? "It takes any arguments.\n" : "It takes no arguments.\n";
  const rows = declared.map((argument) => {
    const need = openArguments ? "" : needText(argument); // open: the function itself decides
    return [argument.name, argument.type, need, argument.description];
  });
  return table(["ARGUMENT", "TYPE", "NEEDED", "DESCRIPTION"], rows, paint);
}

function needText({ defaultValue, allowNil }: Argument): string {
  if (defaultValue.length > 0) return `default ${encodeJson(decodeValue(defaultValue))}`;
  return allowNil ? "no" : "yes";
}

function timeLimitText(timeoutMs: number | undefined): string {
  if (timeoutMs === undefined) return "the gateway's default";
  return timeoutMs < 0 ? "none" : `${timeoutMs} ms`;
}

function permissionText(permission: Permission | undefined): string {
  const { rule } = permission ?? {};
  switch (rule?.$case) {
    case "public":
      return "public";
    case "arg":
      return `the user named by argument ${rule.value}`;
    case "roles":
      return `roles ${rule.value.anyOf.join(", ")}`;
    default:
      return "any authenticated user";
  }
}
