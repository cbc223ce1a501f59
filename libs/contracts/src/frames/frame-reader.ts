/**
 * Reads Protobuf's wire format where it lies. Every method takes the `end` of the message that it reads in and throws if
 * the bytes go beyond.
 */
export class FrameReader {
  readonly bytes: Buffer;
  /** The next byte to read. */
  at = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  /** Bits beyond 2^53 are not exact. */
  varint(end: number): number {
    const first = this.bytes[this.at] as number;
    if (first < 0x80 && this.at < end) {
      this.at++;
      return first;
    }
    let value = 0;
    let scale = 1;
    for (let i = 0; i < 10 && this.at < end; i++) {
      const byte = this.bytes[this.at++] as number;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
    throw undecodable();
  }

  uint(end: number): number {
    return this.varint(end) >>> 0;
  }

  /** Reads the length of a message and answers where that ends. */
  length(end: number): number {
    const length = this.varint(end);
    const inner = this.at + length;
    if (inner > end) throw undecodable();
    return inner;
  }

  data(end: number): Buffer {
    const inner = this.length(end);
    const data = this.bytes.subarray(this.at, inner);
    this.at = inner;
    return data;
  }

  text(end: number): string {
    const inner = this.length(end);
    const text = this.bytes.toString("utf8", this.at, inner);
    this.at = inner;
    return text;
  }

  /** Text that is often the same as `last`: comparing costs a fraction of making it. */
  repeated(end: number, last: string): string {
    const inner = this.length(end);
    const start = this.at;
    const { length } = last;
    this.at = inner;
    if (inner - start === length) {
      let i = 0;
      while (i < length && this.bytes[start + i] === last.charCodeAt(i) && last.charCodeAt(i) < 0x80) i++;
      if (i === length) return last;
    }
    return this.bytes.toString("utf8", start, inner);
  }

  /** Passes over a field that the message does not declare. */
  skip(tag: number, end: number): void {
    const wireType = tag % 8;
    if (tag < 8) throw undecodable();
    if (wireType === 0) this.varint(end);
    else if (wireType === 2) this.at = this.length(end);
    else if (wireType === 1) this.at += 8;
    else if (wireType === 5) this.at += 4;
    else throw undecodable();
    if (this.at > end) throw undecodable();
  }
}

function undecodable(): Error {
  return new Error("a frame that is not well-formed protobuf");
}
