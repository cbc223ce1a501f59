import type { PlainObject } from "@weft/contracts";
import type { Violation } from "@weft/core";
import { type Check, type Declaration, defaultMaxItems } from "./declaration.js";
import { withDoubles } from "./doubles.js";
import { plainItem, sizeText } from "./lists.js";
import { wrongType } from "./scalars.js";
import { fieldOf, listKeys } from "./texts.js";

/** An object. With an option that restricts it, its values are scalars and flat lists. */
export function checkMap(declaration: Declaration): Check {
  const { field, maxItems } = declaration;
  const restrict = declaration.isRestricted ? restrictions(declaration) : undefined;
  return (value, violations) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      violations.push(wrongType(declaration, "map", value));
      return value;
    }
    const keys = Object.keys(value);
    if (keys.length > maxItems) {
      violations.push({ field, description: sizeText(declaration, maxItems) });
      return value;
    }
    restrict?.(value as PlainObject, keys, violations);
    return withDoubles(value);
  };
}

function restrictions(declaration: Declaration) {
  const { name, field, required, shownName, shownFunction } = declaration;
  const accepted = new Set(declaration.accept);
  return (map: PlainObject, keys: readonly string[], violations: Violation[]) => {
    const missing = required.filter((key) => !Object.hasOwn(map, key));
    if (missing.length > 0) {
      const description = `map argument ${shownName} missing required keys: ${listKeys(missing)} in ${shownFunction}`;
      violations.push({ field, description });
    }
    const rejected = accepted.size === 0 ? [] : keys.filter((key) => !accepted.has(key));
    if (rejected.length > 0) {
      const description = `map argument ${shownName} contains rejected keys: ${listKeys(rejected)} in ${shownFunction}`;
      violations.push({ field, description });
    }
    for (const key of keys) {
      const fault = valueFault(map[key], declaration);
      if (fault === undefined) continue;
      const trail = fault.index === undefined ? [name, key] : [name, key, fault.index];
      violations.push({ field: fieldOf(...trail), description: fault.description });
    }
  };
}

interface ValueFault {
  readonly description: string;
  /** Which item of a list it is. */
  readonly index?: number;
}

function valueFault(value: unknown, declaration: Declaration): ValueFault | undefined {
  if (!Array.isArray(value)) {
    const description = plainItem(value, declaration);
    return description === undefined ? undefined : { description };
  }
  if (value.length > defaultMaxItems) return { description: sizeText(declaration, defaultMaxItems) };
  for (let index = 0; index < value.length; index++) {
    const description = plainItem(value[index], declaration);
    if (description !== undefined) return { description, index };
  }
  return undefined;
}
