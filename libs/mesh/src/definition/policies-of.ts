import type { FunctionConfig } from "@weft/contracts/function";
import type { DefinitionField, LooseDefinition } from "./definition.js";
import { definitionOf } from "./definition-of.js";

// What a function is called, takes, gives and says of itself; the other fields are its policies.
const noPolicies: readonly string[] = [
  "service",
  "function",
  "version",
  "mode",
  "args",
  "resultSchema",
  "summary",
  "description",
  "tags",
  "examples",
] satisfies DefinitionField[];

const defaults: LooseDefinition = {
  select: "random",
  argOrder: "map",
  permission: "any_authenticated",
  hookTimeoutMs: 5_000,
} satisfies Partial<Record<DefinitionField, unknown>>;

/** The policies of a function that differ from what holds where nothing is declared, by their names in code. */
export function policiesOf(config: FunctionConfig): LooseDefinition {
  const policies = Object.entries(definitionOf(config)).filter(
    ([field, value]) => !noPolicies.includes(field) && value !== defaults[field] && !isNothing(value),
  );
  return Object.fromEntries(policies);
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === false || (Array.isArray(value) && value.length === 0);
}
