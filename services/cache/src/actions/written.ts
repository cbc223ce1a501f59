import type { StoredValue } from "../store/stored-value.js";

// JSON that is put together has its UTF-8 bytes as Latin-1 text, one character for each: small values are held so.

const plainText = /^[ !#-[\]-~]*$/;

/** Text as JSON. */
export function writtenText(text: string): string {
  return plainText.test(text) ? `"${text}"` : Buffer.from(JSON.stringify(text)).toString("latin1");
}

/** A stored value that is JSON. */
export function writtenJson({ held }: StoredValue): string {
  return typeof held === "string" ? held : held.toString("latin1");
}

/** What was put together, as it leaves. */
export function asBytes(written: string): Buffer {
  return Buffer.from(written, "latin1");
}
