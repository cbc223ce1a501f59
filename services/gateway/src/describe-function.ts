import type { DescribeFunctionRequest, DescribeFunctionResponse } from "@weft/contracts/gateway";
import { argumentsSchema, type Catalogue, compareVersions, isLatest } from "@weft/mesh";
import { exportRequest } from "@weft/mesh/definition";
import type { ServeUnary } from "@weft/service";
import { manifest } from "./manifest.js";
import { unknownFunction } from "./unknown-function.js";

/** GatewayService.DescribeFunction: everything a caller needs to know of one function. */
export function describeFunction(catalogue: Catalogue): ServeUnary<DescribeFunctionRequest, DescribeFunctionResponse> {
  return ({ service, function: name, version }) => {
    const entry = catalogue.services.get(service)?.snapshot.get(name);
    const versions = [...(entry?.versions.keys() ?? [])].sort(compareVersions);
    const latest = entry?.latest ?? entry?.versions.get(versions.at(-1) ?? ""); // also where all are switched off
    const target = isLatest(version) ? latest : entry?.versions.get(version);
    if (target === undefined) throw unknownFunction(service, name, version);
    const config = { ...target.variant.config, disabled: target.isDisabled };
    return {
      config,
      argsSchema: JSON.stringify(argumentsSchema(config)),
      resultSchema: config.resultSchema,
      manifest: manifest(config),
      versions,
      example: JSON.stringify(exportRequest(config)),
    };
  };
}
