import { decodeStruct, decodeValue, encodeJson, resultLimits } from "@weft/contracts";
import type { Argument, Example, FunctionConfig } from "@weft/contracts/function";
import type { DescribeFunctionResponse } from "@weft/contracts/gateway";
import { type LooseDefinition, policiesOf } from "@weft/mesh/definition";
import { indentJson } from "../output/indent-json.js";
import type { Paint } from "../output/paint.js";
import { printable } from "../output/printable.js";
import { table } from "../output/table.js";

/** A function as people read it: what it does, its policies, its arguments, what it gives, and examples. */
export function describedText(name: string, described: DescribeFunctionResponse, paint: Paint): string {
  const config = described.config as FunctionConfig;
  const { summary, description, resultSchema, examples } = config;
  return [
    `${paint.bold(name)}${summary === "" ? "" : `  ${printable(summary)}`}\n`,
    description === "" ? "" : `${description.split("\n").map(printable).join("\n")}\n`,
    factsText(config, described.versions),
    argumentsText(config, paint),
    resultSchema === "" ? "" : `${paint.bold("RESULT")}\n${indentJson(resultSchema)}\n`,
    examples.length === 0
      ? ""
      : `${paint.bold("EXAMPLES")}\n${examples.map((one) => exampleText(name, config, one)).join("")}`,
  ]
    .filter((part) => part !== "")
    .join("\n");
}

// What every function has; the other policies appear under their names in code, where they differ from the defaults.
const labelled = ["permission", "timeoutMs", "disabled"];

function factsText(config: FunctionConfig, versions: readonly string[]): string {
  const policies = policiesOf(config);
  const facts: readonly (readonly [string, string])[] = [
    ["mode", config.mode],
    ["permission", permissionText(policies)],
    ["time limit", timeLimitText(config.timeoutMs)],
    ["versions", versions.filter((version) => version !== "").join(", ")],
    ["disabled", config.disabled ? "yes" : ""],
    ...Object.entries(policies)
      .filter(([field]) => !labelled.includes(field))
      .map(([field, policy]) => [field, policyText(policy)] as const),
  ];
  const shown = facts.filter(([, fact]) => fact !== "");
  const width = Math.max(...shown.map(([label]) => label.length)) + 2;
  return shown.map(([label, fact]) => `${label.padEnd(width)}${printable(fact)}\n`).join("");
}

function permissionText({ permission, permit }: LooseDefinition): string {
  if (permit !== undefined) return "as permit decides";
  if (permission === undefined) return "any authenticated user";
  if (typeof permission === "string") return permission;
  const { arg, role } = permission as { readonly arg?: string; readonly role?: readonly string[] };
  if (arg !== undefined) return `the user named by argument ${arg}`;
  return role?.length ? `roles ${role.join(", ")}` : "nobody";
}

function timeLimitText(timeoutMs: number | undefined): string {
  if (timeoutMs === undefined) return "the gateway's default";
  return timeoutMs < 0 ? "none" : `${timeoutMs} ms`;
}

function policyText(policy: unknown): string {
  if (typeof policy === "string") return policy;
  return policy === true ? "yes" : JSON.stringify(policy);
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

function exampleText(
  name: string,
  { mode }: FunctionConfig,
  { name: title, arguments: args, result }: Example,
): string {
  const command = mode === "stream" ? "stream" : "call";
  const shell = encodeJson(decodeStruct(args)).toString().replaceAll("'", "'\\''");
  const lines = [
    ...(title === "" ? [] : [`# ${title}`]),
    `weft ${command} ${name} --args '${shell}'`,
    ...(result.length === 0 ? [] : [encodeJson(decodeValue(result, resultLimits)).toString()]),
  ];
  return lines.map((line) => `${printable(line)}\n`).join("");
}
