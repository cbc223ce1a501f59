import type { Query } from "../store/query.js";
import { invalidInput } from "./refusal.js";

/** How a request for a list chooses keys. */
export interface FilterInput {
  readonly filter_type: "none" | "prefix" | "suffix" | "pattern";
  readonly filter_value: string | undefined;
  readonly filter_prefix: string | undefined;
  readonly filter_suffix: string | undefined;
}

export type Filter = Pick<Query, "prefix" | "suffix">;

/** What keys must start and end with. A request that names an operand never gets the whole cache by mistake. */
export function filterOf(input: FilterInput): Filter {
  const {
    filter_type: type,
    filter_value: value,
    filter_prefix: prefix = value,
    filter_suffix: suffix = value,
  } = input;
  switch (type) {
    case "none":
      refuseOperands(input);
      return {};
    case "prefix":
      return { prefix: operand(prefix, type, "filter_prefix", "filter_prefix or filter_value") };
    case "suffix":
      return { suffix: operand(suffix, type, "filter_suffix", "filter_suffix or filter_value") };
    case "pattern":
      return {
        prefix: operand(input.filter_prefix, type, "filter_prefix", "filter_prefix"),
        suffix: operand(input.filter_suffix, type, "filter_suffix", "filter_suffix"),
      };
  }
}

function operand(text: string | undefined, type: string, field: string, wanted: string): string {
  if (text === undefined) throw invalidInput(field, `Missing ${wanted} for filter_type '${type}'`);
  return text;
}

function refuseOperands(input: FilterInput): void {
  for (const name of ["filter_value", "filter_prefix", "filter_suffix"] as const)
    if (input[name] !== undefined) throw invalidInput(name, `${name} needs a filter_type that reads it`);
}
