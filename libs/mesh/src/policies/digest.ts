import { createHash } from "node:crypto";
import { encodeJson, type PlainObject } from "@weft/contracts";

/** SHA-256 of the data as JSON whose keys are sorted, in hex: the same for the same data, however it was written. */
export function digest(value: unknown): string {
  return createHash("sha256")
    .update(encodeJson(sorted(value)))
    .digest("hex");
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const object: PlainObject = Object.create(null);
  for (const key of Object.keys(value).sort()) object[key] = sorted((value as PlainObject)[key]);
  return object;
}
