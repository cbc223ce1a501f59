import type { FunctionConfig } from "@weft/contracts/function";
import { argumentsSchema } from "@weft/mesh";
import { policiesOf } from "@weft/mesh/definition";
import { stringify } from "yaml";

/** A function as a manifest in YAML, for catalogues of tools. `with` holds the policies that differ from the defaults. */
export function manifest(config: FunctionConfig): string {
  const manifest = {
    name: `${config.service}.${config.function}`,
    version: config.version ?? null,
    description: config.description || config.summary,
    tags: config.tags,
    type: config.mode,
    with: policiesOf(config),
    input: argumentsSchema(config),
    output: config.resultSchema === "" ? {} : JSON.parse(config.resultSchema),
  };
  return stringify(manifest, { aliasDuplicateObjects: false });
}
