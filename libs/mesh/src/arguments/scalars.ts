import type { Check, Declaration } from "./declaration.js";
import { parseIso } from "./iso-time.js";
import { show } from "./texts.js";
import { isUuid } from "./uuid.js";

export function checkString(declaration: Declaration): Check {
  const { field, maxBytes, shownName } = declaration;
  const tooLong = `invalid argument size for ${shownName}, max ${maxBytes} bytes`;
  return (value, violations) => {
    if (typeof value !== "string") violations.push(wrongType(declaration, "string", value));
    else if (!fits(value, maxBytes)) violations.push({ field, description: tooLong });
    return value;
  };
}

export function checkNum(declaration: Declaration): Check {
  return (value, violations) => {
    if (typeof value === "bigint") return Number(value); // every number that is not declared int64 is a double
    if (typeof value !== "number") violations.push(wrongType(declaration, "num", value));
    return value;
  };
}

export function checkBoolean(declaration: Declaration): Check {
  return (value, violations) => {
    if (typeof value !== "boolean") violations.push(wrongType(declaration, "boolean", value));
    return value;
  };
}

const decimal = /^-?(?:0|[1-9]\d{0,18})$/;

/** A safe integer, a bigint (an integer literal of JSON beyond 2^53) or a decimal string, in 64 bits. */
export function checkInt64(declaration: Declaration): Check {
  const { field, shownName } = declaration;
  return (value, violations) => {
    if (typeof value === "number" && Number.isSafeInteger(value)) return value;
    const exact = typeof value === "bigint" || (typeof value === "string" && value.length <= 20 && decimal.test(value));
    if (!exact) violations.push(wrongType(declaration, "int64", value));
    else if (BigInt.asIntN(64, BigInt(value)) !== BigInt(value)) {
      violations.push({ field, description: `invalid argument value for ${shownName}, require a 64-bit integer` });
    }
    return value;
  };
}

export function checkUuid({ field, shownName }: Declaration): Check {
  const notUuid = `invalid argument value for ${shownName}, require a UUID format string`;
  return (value, violations) => {
    if (!isUuid(value)) violations.push({ field, description: notUuid });
    return value;
  };
}

/** ISO 8601 with an offset from UTC. */
export function checkDatetime(declaration: Declaration): Check {
  return (value, violations) => {
    if (typeof value !== "string") violations.push(wrongType(declaration, "datetime", value));
    else {
      const time = parseIso(value);
      const fault = typeof time === "string" ? time : time.offsetMinutes === undefined && "missing_offset";
      if (fault) violations.push(wrongFormat(declaration, "datetime", value, fault));
    }
    return value;
  };
}

/** ISO 8601 without an offset; a trailing Z means nothing. */
export function checkNaiveDatetime(declaration: Declaration): Check {
  return (value, violations) => {
    if (typeof value !== "string") violations.push(wrongType(declaration, "naive_datetime", value));
    else {
      const time = parseIso(value);
      // Only a Z may be there: to drop any other offset would move the time without a word.
      const fault =
        typeof time === "string" ? time : time.offsetMinutes !== undefined && !value.endsWith("Z") && "invalid_format";
      if (fault) violations.push(wrongFormat(declaration, "naive_datetime", value, fault));
    }
    return value;
  };
}

/** True if a text takes at most `maxBytes` in UTF-8. */
export function fits(text: string, maxBytes: number): boolean {
  // A UTF-16 unit takes at most three bytes and at least one, so most texts need no counting.
  if (text.length * 3 <= maxBytes) return true;
  return text.length <= maxBytes && (isShortAscii(text) || Buffer.byteLength(text) <= maxBytes);
}

/** Saves the call into Buffer, 100 ns measured, where a limit is tight. */
function isShortAscii(text: string): boolean {
  if (text.length > 64) return false;
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0x7f) return false;
  return true;
}

export function wrongType({ field, shownName }: Declaration, type: string, value: unknown) {
  return { field, description: `invalid argument type for ${shownName}, expected ${type}, got ${show(value)}` };
}

function wrongFormat({ field }: Declaration, type: string, value: string, fault: string) {
  return { field, description: `invalid ${type} format for ${show(value)}: ${fault}` };
}
