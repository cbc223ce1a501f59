// The BOM is kept: a string may begin with one, and in front of JSON it is an error that the parser names.
const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Valid UTF-8 as text, or undefined. */
export function readUtf8(bytes: Buffer): string | undefined {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return undefined; // the one thing that it throws for
  }
}

// Below this length V8 copies a substring; from it on the substring would keep the whole message in memory.
const longestCopy = 12;

/** Reads many small strings out of one message. */
export class TextReader {
  readonly #bytes: Buffer;
  readonly #latin1: string;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.#latin1 = bytes.toString("latin1");
  }

  /** The text of a range, or undefined if it is not valid UTF-8. */
  read(start: number, end: number): string | undefined {
    for (let i = start; i < end; i++) {
      if ((this.#bytes[i] as number) > 0x7f) return readUtf8(this.#bytes.subarray(start, end));
    }
    // A call into Buffer costs about 200 ns, a substring 20 (measured).
    if (end - start <= longestCopy) return this.#latin1.substring(start, end);
    return this.#bytes.toString("latin1", start, end);
  }
}

/** True if a string holds half of a surrogate pair, which no UTF-8 can carry. */
export function hasLoneSurrogate(text: string): boolean {
  return /\p{Surrogate}/u.test(text);
}

/** The same memory as a Buffer. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Where valid UTF-8 ends in bytes that are not valid. */
export function firstInvalidByte(bytes: Buffer): number {
  const replaced = Buffer.from(bytes.toString("utf8"));
  let i = 0;
  while (bytes[i] === replaced[i]) i++;
  return i;
}
