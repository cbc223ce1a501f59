import { functionHash, serviceName } from "@weft/contracts";
import type { FunctionConfig } from "@weft/contracts/function";
import type { Violation } from "@weft/core";
import { acceptSet, type Compile } from "./accept-set.js";
import type { RejectedDefinition } from "./rejected-list.js";
import { isNodeAddress } from "./static-nodes.js";
import type { FunctionVariant } from "./target.js";

/** A service's whole set, as it publishes it itself. */
export interface PushRequest {
  readonly service: string;
  /** host:port of its NodeServices. */
  readonly nodes: readonly string[];
  readonly configVersion: string;
  readonly functions: readonly FunctionConfig[];
  /** Takes a lower version, or the same one again. */
  readonly force: boolean;
}

export interface CheckedPush {
  readonly variants: readonly FunctionVariant[];
  /** Every fault of the set and of each definition. None: the set may be taken. */
  readonly violations: readonly Violation[];
  /** The definitions that have faults. */
  readonly rejected: readonly RejectedDefinition[];
}

export interface CheckOptions {
  /** What is held of the service. */
  readonly held: readonly FunctionVariant[];
  readonly compile: Compile;
}

// A channel each: far beyond any service, and far below what would harm.
const maxNodes = 1_000;
const otherService = "all fun_configs must have the same service name as the push config";
const badVersion = "all fun_configs must have valid versions";

/** Says everything that is wrong with a set, the texts about the set as a whole first. */
export function checkPush(push: PushRequest, options: CheckOptions): CheckedPush {
  const { service, functions } = push;
  const { variants, unusable } = acceptSet(functions, { ...options, service });
  const violations = wholeSetViolations(push);
  const problems = new Map(unusable.map(({ index, problems }) => [index, problems]));
  const rejected: RejectedDefinition[] = [];
  functions.forEach((config, index) => {
    const own = problems.get(index) ?? [];
    const { function: name, version = "" } = config;
    violations.push(...own.map((text) => ({ field: `functions[${index}]`, description: `${name}: ${text}` })));
    const reasons = [...(config.service === service ? [] : [otherService]), ...own];
    if (reasons.length > 0)
      rejected.push({
        service,
        function: name,
        version,
        source: "push",
        node: "",
        hash: functionHash(config),
        reasons,
      });
  });
  return { variants, violations, rejected };
}

function wholeSetViolations({ service, nodes, configVersion, functions }: PushRequest): Violation[] {
  const violations: Violation[] = [];
  const wrong = (field: string, description: string) => violations.push({ field, description });
  if (service === "") wrong("service", "service must not be null");
  else if (!serviceName.test(service)) wrong("service", `service must match ${serviceName.source}`);
  if (nodes.length === 0) wrong("nodes", "nodes must be a non-empty list of names");
  if (nodes.length > maxNodes) wrong("nodes", `nodes must be a list of at most ${maxNodes} names`);
  nodes.forEach((address, index) => {
    if (!isNodeAddress(address))
      wrong(`nodes[${index}]`, `nodes must be a non-empty list of names: ${JSON.stringify(address)} is not HOST:PORT`);
  });
  if (configVersion === "") wrong("config_version", "config_version must be a non-empty string");
  if (functions.length === 0) wrong("functions", "fun_configs must be a non-empty list of configs");
  if (functions.some((config) => config.service !== service)) wrong("functions", otherService);
  if (functions.some(hasBadVersion)) wrong("functions", badVersion);
  return violations;
}

function hasBadVersion({ version }: FunctionConfig): boolean {
  return version === "" || version === "0.0.0";
}
