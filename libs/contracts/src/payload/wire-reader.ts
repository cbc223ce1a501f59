/**
 * Protobuf's wire format, read where it lies: no copies, no message objects. Every method takes the `end` of the message
 * that it reads in, and throws what `refuse` makes if the bytes go beyond.
 * Source: https://protobuf.dev/programming-guides/encoding/
 */
export class WireReader {
  readonly bytes: Buffer;
  /** The next byte to read. */
  at = 0;
  readonly #refuse: (what: string) => Error;

  constructor(bytes: Buffer, refuse: (what: string) => Error) {
    this.bytes = bytes;
    this.#refuse = refuse;
  }

  /** A tag, a length, or a number of which only the zero matters: bits beyond 2^53 are not exact. */
  varint(end: number): number {
    let value = 0;
    let scale = 1;
    for (let i = 0; i < 10 && this.at < end; i++) {
      const byte = this.bytes[this.at++] as number;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
    throw this.#refuse(this.at < end ? "protobuf that is not well-formed" : "protobuf that breaks off");
  }

  double(end: number): number {
    if (this.at + 8 > end) throw this.#refuse("protobuf that breaks off");
    const value = this.bytes.readDoubleLE(this.at);
    this.at += 8;
    return value;
  }

  /** Reads the length of a string or message and answers where that ends. */
  length(end: number): number {
    const length = this.varint(end);
    const inner = this.at + length;
    if (inner > end) throw this.#refuse("protobuf that breaks off");
    return inner;
  }

  /** Passes over a field that the message does not declare. */
  skip(tag: number, end: number): void {
    const wireType = tag % 8;
    if (tag < 8 || wireType > 5 || wireType === 3 || wireType === 4)
      throw this.#refuse("protobuf that is not well-formed");
    if (wireType === 0) this.varint(end);
    else if (wireType === 2) this.at = this.length(end);
    else {
      this.at += wireType === 1 ? 8 : 4;
      if (this.at > end) throw this.#refuse("protobuf that breaks off");
    }
  }
}
