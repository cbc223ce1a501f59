import { setRevision } from "@weft/contracts";
import { FunctionConfig } from "@weft/contracts/function";
import { ConfigError } from "@weft/core";
import { compileVariant, type Definition, definitionProblems, type FunctionVariant, toConfig } from "@weft/mesh";
import type { FunctionDefinition } from "./function.js";
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

/**
 * Compiles a service's functions. Throws a ConfigError that names every problem of every function, or says that they take more
 * than `maxBytes`, the most that callers get in one answer.
 */
export function publish(service: ServiceDefinition, maxBytes = Number.POSITIVE_INFINITY): PublishedSet {
  const hosted = new Map<string, HostedFunction>();
  const problems: string[] = [];
  for (const [name, definition] of declarations(service)) {
    const variant = compileFunction(service.name, name, definition);
    const id = key(name, definition?.version ?? "");
    if ("problems" in variant)
      problems.push(...variant.problems.map((problem) => `${service.name}.${name}: ${problem}`));
    else if (hosted.has(id)) problems.push(`${service.name}.${name}: ${versionOf(definition)} is declared twice`);
    else hosted.set(id, { variant, definition });
  }
  if (problems.length > 0) throw new ConfigError(problems);

  const configs = [...hosted.values()].map(({ variant }) => variant.config);
  const bytes = configs.reduce((sum, config) => sum + FunctionConfig.encode(config).finish().length, 0);
  if (bytes > maxBytes)
    throw new ConfigError([
      `${service.name}: its functions are described in ${bytes} bytes, over the limit of ${maxBytes} (WEFT_MAX_RESPONSE_BYTES)`,
    ]);
  return {
    configs,
    revision: setRevision(configs),
    find: (functionName, version) => hosted.get(key(functionName, version)),
  };
}

function declarations({ functions }: ServiceDefinition): (readonly [name: string, definition: FunctionDefinition])[] {
  return Object.entries(functions).flatMap(([name, declared]) => {
    const versions: readonly FunctionDefinition[] = Array.isArray(declared) ? declared : [declared];
    return versions.map((definition) => [name, definition] as const);
  });
}

const versionOf = ({ version }: FunctionDefinition) => (version === undefined ? "no version" : `version ${version}`);
const key = (functionName: string, version: string) => `${functionName}\n${version}`;

function compileFunction(service: string, name: string, declared: FunctionDefinition) {
  const definition: Definition = { ...declared, service, function: name };
  // JavaScript may have left the handler out.
  const problems = definitionProblems({ ...definition, handler: declared?.handler });
  return problems.length > 0 ? { problems } : compileVariant(toConfig(definition), { random: Math.random });
}
