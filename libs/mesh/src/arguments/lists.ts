import type { Check, Declaration } from "./declaration.js";
import { withDoubles } from "./doubles.js";
import { fits, wrongType } from "./scalars.js";
import { show } from "./texts.js";
import { isUuid } from "./uuid.js";

/** What is wrong with an item; undefined if nothing is. */
export type ItemFault = (item: unknown, declaration: Declaration) => string | undefined;

/** A list of `type`, each item by its rule; every item that breaks it is a violation. */
export function checkList(declaration: Declaration, type: string, faultOf: ItemFault): Check {
  const { field, maxItems } = declaration;
  const tooLong = sizeText(declaration, maxItems);
  return (value, violations) => {
    if (!Array.isArray(value)) {
      violations.push(wrongType(declaration, type, value));
      return value;
    }
    if (value.length > maxItems) {
      violations.push({ field, description: tooLong });
      return value;
    }
    for (let i = 0; i < value.length; i++) {
      const fault = faultOf(value[i], declaration);
      if (fault !== undefined) violations.push({ field: `${field}[${i}]`, description: fault });
    }
    return withDoubles(value);
  };
}

export function sizeText({ shownName, shownFunction }: Declaration, maxItems: number): string {
  return `invalid argument size for ${shownName} in ${shownFunction}, max ${maxItems} items`;
}

/** Scalars of any kind. */
export const plainItem: ItemFault = (item, { maxItemBytes, shownName }) => {
  if (typeof item === "string") {
    return fits(item, maxItemBytes) ? undefined : `invalid argument size for ${shownName}, max ${maxItemBytes} bytes`;
  }
  if (item === null) return "unsupported type nil";
  if (Array.isArray(item)) return "nested list is not supported yet";
  return typeof item === "object" ? "nested map is not supported yet" : undefined;
};

export const stringItem: ItemFault = (item, { maxItemBytes }) =>
  typeof item === "string" && fits(item, maxItemBytes) ? undefined : unsupportedItem(item);

export const numItem: ItemFault = (item) =>
  typeof item === "number" || typeof item === "bigint" ? undefined : unsupportedItem(item);

export const uuidItem: ItemFault = (item) => (isUuid(item) ? undefined : unsupportedItem(item));

/** Objects; what they hold is the handler's business. */
export const mapItem: ItemFault = (item) =>
  typeof item === "object" && item !== null && !Array.isArray(item) ? undefined : unsupportedItem(item);

function unsupportedItem(item: unknown): string {
  return `unsupported type of ${show(item)} in list`;
}
