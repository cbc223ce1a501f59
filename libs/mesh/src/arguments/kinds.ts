import type { Check, Declaration } from "./declaration.js";
import { withDoubles } from "./doubles.js";
import { type IsoTime, instantOf, localText, parseIso } from "./iso-time.js";
import { checkList, mapItem, numItem, plainItem, stringItem, uuidItem } from "./lists.js";
import { checkMap } from "./maps.js";
import { type PlainEnd, plainAny, plainBoolean, plainInteger, plainNumber, plainString } from "./plain-values.js";
import {
  checkBoolean,
  checkDatetime,
  checkInt64,
  checkNaiveDatetime,
  checkNum,
  checkString,
  checkUuid,
} from "./scalars.js";

/** The types that an argument can have. */
export const argumentTypes = [
  "string",
  "num",
  "int64",
  "boolean",
  "uuid",
  "datetime",
  "naive_datetime",
  "list",
  "list_string",
  "list_num",
  "list_uuid",
  "list_map",
  "map",
  "any",
] as const;
export type ArgumentType = (typeof argumentTypes)[number];

export function isArgumentType(type: string): type is ArgumentType {
  return (argumentTypes as readonly string[]).includes(type);
}

/** What a type does with its values. */
export interface Kind {
  /** Prepares the check of one argument. */
  readonly check: (declaration: Declaration) => Check;
  /** Turns a value that passed the check into the form that handlers get. Absent: it has that form already. */
  readonly convert?: (value: unknown) => unknown;
  /** Prepares a look at the bytes of one argument. Absent: its bytes alone do not show whether a value is right. */
  readonly plainEnd?: (declaration: Declaration) => PlainEnd;
}

export const kinds: Readonly<Record<ArgumentType, Kind>> = {
  string: { check: checkString, plainEnd: plainString },
  num: { check: checkNum, plainEnd: () => plainNumber },
  int64: {
    check: checkInt64,
    convert: (value) => BigInt(value as string | number | bigint),
    plainEnd: () => plainInteger,
  },
  boolean: { check: checkBoolean, plainEnd: () => plainBoolean },
  uuid: { check: checkUuid },
  datetime: { check: checkDatetime, convert: (value) => instantOf(parseIso(value as string) as IsoTime) },
  // Text, not a Date: without a zone it is no moment in time, and a Date would make it one.
  naive_datetime: { check: checkNaiveDatetime, convert: (value) => localText(value as string) },
  list: { check: (declaration) => checkList(declaration, "list", plainItem) },
  list_string: { check: (declaration) => checkList(declaration, "list_string", stringItem) },
  list_num: { check: (declaration) => checkList(declaration, "list_num", numItem) },
  list_uuid: { check: (declaration) => checkList(declaration, "list_uuid", uuidItem) },
  list_map: { check: (declaration) => checkList(declaration, "list_map", mapItem) },
  map: { check: checkMap },
  any: { check: () => withDoubles, plainEnd: () => plainAny },
};
