import { decodeResult, encodeJson } from "@weft/contracts";
import type { GetResponse, SetRequest } from "@weft/contracts/cache";

/** An entry as it came, from which each caller gets a value of his own. */
export interface HeldEntry {
  readonly content: GetResponse["content"];
  /** 0: there is no entry. */
  readonly version: number;
}

export function heldEntry({ found, content, entryVersion }: GetResponse): HeldEntry {
  return found ? { content, version: entryVersion } : nothing;
}

const nothing: HeldEntry = { content: undefined, version: 0 };

/** JSON data or bytes, which the caller may change; undefined: there is no entry. */
export function ownValue({ content }: Pick<HeldEntry, "content">): unknown {
  if (content === undefined) return undefined;
  return content.$case === "valueBytes" ? Buffer.from(content.value) : decodeResult(content.value);
}

/** Bytes travel as they are, everything else as JSON, which keeps integers exact. */
export function contentOf(value: unknown): SetRequest["content"] {
  return value instanceof Uint8Array
    ? { $case: "valueBytes", value: Buffer.from(value) }
    : { $case: "valueJson", value: encodeJson(value) };
}
