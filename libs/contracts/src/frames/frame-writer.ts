// Below this length a loop beats the call into Buffer.write.
const longestLoop = 64;

/**
 * Writes Protobuf's wire format into memory that is used again for each frame. Fields must have numbers up to 15; like
 * generated code it leaves out what is empty.
 */
export class FrameWriter {
  #bytes = Buffer.allocUnsafe(32_768);
  #at = 0;
  /** How long the length of a message at each depth was last: nearly always what the next one needs. */
  readonly #widths = [2, 2, 2];

  get length(): number {
    return this.#at;
  }

  uint(tag: number, value: number): void {
    if (value === 0) return;
    this.#reserve(6);
    this.#bytes[this.#at++] = tag;
    this.#varint(value);
  }

  /** A number of a packed field. */
  value(value: number): void {
    this.#reserve(5);
    this.#varint(value);
  }

  text(tag: number, text: string): void {
    const { length } = text;
    if (length === 0) return;
    this.#reserve(length * 3 + 6);
    this.#bytes[this.#at++] = tag;
    if (length > longestLoop || !this.#ascii(text)) this.#utf8(text);
  }

  /** Written also where it is empty, for fields that say by their presence which of several it is. */
  data(tag: number, bytes: Uint8Array): void {
    this.#reserve(bytes.length + 6);
    this.#bytes[this.#at++] = tag;
    this.#varint(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  /** Begins a message at a depth of 0 to 2; the answer is for `end`. */
  begin(tag: number, depth: number): number {
    this.#reserve(6);
    this.#bytes[this.#at++] = tag;
    const start = this.#at;
    this.#at += this.#widths[depth] as number;
    return start;
  }

  end(start: number, depth: number): void {
    const reserved = this.#widths[depth] as number;
    const length = this.#at - start - reserved;
    const width = varintWidth(length);
    if (width !== reserved) {
      this.#reserve(6);
      this.#bytes.copyWithin(start + width, start + reserved, this.#at);
      this.#widths[depth] = width;
    }
    this.#at = start;
    this.#varint(length);
    this.#at += length;
  }

  /** Messages whose length is known: the head alone. */
  head(tag: number, length: number): void {
    this.#reserve(6);
    this.#bytes[this.#at++] = tag;
    this.#varint(length);
  }

  /** What was written, as a frame of its own. The writer starts over. */
  take(): Buffer {
    const frame = Buffer.allocUnsafe(this.#at);
    this.#bytes.copy(frame, 0, 0, this.#at);
    this.#at = 0;
    return frame;
  }

  #varint(value: number): void {
    let rest = value;
    while (rest > 0x7f) {
      this.#bytes[this.#at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#bytes[this.#at++] = rest;
  }

  #ascii(text: string): boolean {
    const bytes = this.#bytes;
    const { length } = text;
    let at = this.#at;
    bytes[at++] = length; // one byte, since the text is short
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i);
      if (code > 0x7f) return false;
      bytes[at++] = code;
    }
    this.#at = at;
    return true;
  }

  #utf8(text: string): void {
    const length = Buffer.byteLength(text);
    this.#varint(length);
    this.#bytes.write(text, this.#at, length, length === text.length ? "latin1" : "utf8");
    this.#at += length;
  }

  #reserve(length: number): void {
    if (this.#at + length <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#at + length));
    this.#bytes.copy(grown, 0, 0, this.#at);
    this.#bytes = grown;
  }
}

export function varintWidth(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  if (value < 0x20_0000) return 3;
  return value < 0x1000_0000 ? 4 : 5;
}
