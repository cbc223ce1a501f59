import type { DescribeFunctionRequest, DescribeFunctionResponse } from "@weft/contracts/gateway";
import { argumentsSchema, type Catalogue, compareVersions, isLatest, type Target } from "@weft/mesh";
import type { ServeUnary } from "@weft/service";
import { stringify } from "yaml";
import { unknownFunction } from "./unknown-function.js";

/** GatewayService.DescribeFunction: everything a caller needs to know of one function. */
export function describeFunction(catalogue: Catalogue): ServeUnary<DescribeFunctionRequest, DescribeFunctionResponse> {
  return ({ service, function: name, version }) => {
    const entry = catalogue.services.get(service)?.snapshot.get(name);
    const target = isLatest(version) ? (entry?.latest ?? first(entry?.versions)) : entry?.versions.get(version);
    if (entry === undefined || target === undefined) throw unknownFunction(service, name, version);
    const { config } = target.variant;
    return {
      config: { ...config, disabled: target.isDisabled },
      argsSchema: JSON.stringify(argumentsSchema(config)),
      resultSchema: config.resultSchema,
      manifest: manifest(target),
      versions: [...entry.versions.keys()].sort(compareVersions),
      example: JSON.stringify(example(target)),
    };
  };
}

function first(versions: ReadonlyMap<string, Target> | undefined): Target | undefined {
  return versions?.values().next().value;
}

function manifest({ variant: { config } }: Target): string {
  return stringify({
    name: `${config.service}.${config.function}`,
    version: config.version ?? null,
    description: config.description || config.summary,
    type: config.mode,
    tags: config.tags,
    with: {},
    input: argumentsSchema(config),
    output: config.resultSchema === "" ? {} : JSON.parse(config.resultSchema),
  });
}

/** A request to start from, in the form of the rules' JSON export. */
function example({ variant: { config, arguments: compiled } }: Target): object {
  const defaults = compiled.check({}).values;
  const args = Object.fromEntries(config.arguments.map(({ name }) => [name, defaults[name] ?? ""]));
  const { service, function: request_type, version = null } = config;
  return { user_id: "user_1", device_id: "device_1", request_type, request_id: "request_1", service, version, args };
}
