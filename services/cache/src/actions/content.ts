import { decodeJson, decodeValue, encodeJson, encodeValue, jsonToValue, payloadLimits } from "@weft/contracts";
import { bytesOf, type StoredValue, storeValue } from "../store/stored-value.js";
import type { Field } from "./field.js";
import { invalidInput } from "./refusal.js";

/** A value as it arrives: in one of its wire forms, or as data. */
export type Content =
  | { readonly $case: "value" | "valueJson"; readonly value: Buffer }
  | { readonly $case: "valueBytes"; readonly value: Buffer; readonly contentType: string }
  | { readonly $case: "data"; readonly value: unknown };

/** Tells a value that came in a wire form from data, which may look like anything. */
export class Wired {
  readonly content: Content;

  constructor(content: Content) {
    this.content = content;
  }
}

/** The value to store; null is a value. */
export const requiredContent: Field<Content | undefined> = {
  type: "any",
  schema: { description: "The value; null, false, 0 and empty text are values too. Bytes are base64 text" },
  isNeeded: true,
  absent: undefined,
  read(given, name, action, raw) {
    if (given instanceof Wired) return given.content;
    if (given !== undefined) return { $case: "data", value: given };
    if (raw.known_absent === true) return undefined;
    throw invalidInput(name, `Missing '${name}' field for ${action} action`);
  },
};

// Three levels below those of any payload, for the reply around a value: {items: [{value}]}. So what was stored can be read
// at every door.
const valueLimits = { ...payloadLimits, maxDepth: payloadLimits.maxDepth - 3, field: "value" };

/** Checks a value and takes it in: JSON as the text it came in, anything else of JSON's kind written as JSON. */
export function storedValue(content: Content): StoredValue {
  switch (content.$case) {
    case "valueBytes":
      return storeValue("bytes", content.value, content.contentType);
    case "valueJson":
      return storeValue("json", checkedJson(content.value));
    case "value":
      return storeValue("json", encodeJson(decodeValue(content.value, valueLimits)));
    case "data":
      return storeValue("json", checkedJson(encodeJson(content.value)));
  }
}

/** What stands for the value of a key that has none. */
export const nothing = storeValue("json", Buffer.from("null"));

/** A stored value as data. Raw bytes are base64 text, as Protobuf's mapping to JSON has it. */
export function dataOf(value: StoredValue): unknown {
  const bytes = bytesOf(value);
  return value.kind === "bytes" ? bytes.toString("base64") : decodeJson(bytes).value;
}

/** A stored value in its wire form. Raw bytes have only one. */
export function wireFormOf(value: StoredValue, form: "value" | "json") {
  const bytes = bytesOf(value);
  if (value.kind === "bytes") return { $case: "valueBytes" as const, value: bytes };
  if (form === "json") return { $case: "valueJson" as const, value: bytes };
  return { $case: "value" as const, value: jsonToValue(bytes) };
}

/** The wire form of "nothing there". */
export const nullContent = { $case: "value" as const, value: encodeValue(null) };

/** The same bytes, unless a key stands twice in an object: readers disagree on what that means, so only the last is kept. */
function checkedJson(bytes: Buffer): Buffer {
  const { value, verbatim } = decodeJson(bytes, valueLimits);
  return verbatim ? bytes : encodeJson(value);
}
