import { functionHash, setRevision } from "@weft/contracts";
import { FunctionConfig, type NodeChoice, type Permission as PermissionMessage } from "@weft/contracts/function";
import { ConfigError } from "@weft/core";
import { compileVariant, type FunctionVariant, toArgument } from "@weft/mesh";
import type { FunctionDefinition, Permission, Select } from "./function.js";
import type { ServiceDefinition } from "./service.js";

/** A function ready to run: its published form, compiled, and its handler. */
export interface HostedFunction {
  readonly variant: FunctionVariant;
  readonly definition: FunctionDefinition;
}

/** A service's functions as one immutable set. */
export interface PublishedSet {
  readonly revision: string;
  readonly configs: readonly FunctionConfig[];
  find(functionName: string, version: string): HostedFunction | undefined;
}

/** Compiles a service's functions. Throws a ConfigError that names every problem of every function. */
export function publish(service: ServiceDefinition): PublishedSet {
  const hosted = new Map<string, HostedFunction>();
  const problems: string[] = [];
  for (const [name, definition] of Object.entries(service.functions)) {
    const variant = compileVariant(functionConfig(service.name, name, definition), { random: Math.random });
    if ("problems" in variant)
      problems.push(...variant.problems.map((problem) => `${service.name}.${name}: ${problem}`));
    else hosted.set(key(name, definition.version ?? ""), { variant, definition });
  }
  if (problems.length > 0) throw new ConfigError(problems);

  const configs = [...hosted.values()].map(({ variant }) => variant.config);
  return {
    configs,
    revision: setRevision(configs),
    find: (functionName, version) => hosted.get(key(functionName, version)),
  };
}

const key = (functionName: string, version: string) => `${functionName}\n${version}`;

/** The wire form of a definition. */
export function functionConfig(service: string, name: string, definition: FunctionDefinition): FunctionConfig {
  const { version, timeoutMs } = definition;
  const config = FunctionConfig.fromPartial({
    service,
    function: name,
    mode: definition.shape === "stream" ? "stream" : "sync",
    arguments: Object.entries(definition.args ?? {}).map(([argument, spec]) => toArgument(argument, spec)),
    openArguments: definition.openArguments ?? false,
    permission: permissionMessage(definition.permission ?? "any_authenticated"),
    chooseNode: nodeChoice(definition.select ?? "random"),
    idempotent: definition.idempotent ?? false,
    summary: definition.summary ?? "",
    description: definition.description ?? "",
    tags: [...(definition.tags ?? [])],
    ...(version !== undefined && { version }),
    ...(timeoutMs !== undefined && { timeoutMs: timeoutMs === Number.POSITIVE_INFINITY ? -1 : timeoutMs }),
  });
  return { ...config, hash: functionHash(config) };
}

function permissionMessage(permission: Permission): PermissionMessage {
  if (permission === "public") return { rule: { $case: "public", value: true } };
  if (permission === "any_authenticated") return { rule: { $case: "anyAuthenticated", value: true } };
  if ("arg" in permission) return { rule: { $case: "arg", value: permission.arg } };
  return { rule: { $case: "roles", value: { anyOf: [...permission.role] } } };
}

function nodeChoice(select: Select): NodeChoice {
  return typeof select === "string" ? { mode: select, key: "" } : { mode: "hash", key: select.hash };
}
