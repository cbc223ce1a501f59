const replacement = "\ufffd";
const loneSurrogate = /\p{Surrogate}/u;

/**
 * A key as UTF-8, in which code point order is byte order. A surrogate without its other half gets the three bytes that
 * UTF-8 would give its number: Node would write U+FFFD for each, and keys that differ would be one.
 */
export function bytesOfKey(key: string): string | Buffer {
  return loneSurrogate.test(key) ? Buffer.concat(Array.from(key, bytesOfCharacter)) : key;
}

/** The key that `bytesOfKey` wrote. */
export function keyOfBytes(bytes: Buffer): string {
  const text = bytes.toString("utf8");
  return text.includes(replacement) ? decode(bytes) : text;
}

function bytesOfCharacter(character: string): Buffer {
  const unit = character.charCodeAt(0);
  if (character.length > 1 || unit < 0xd800 || unit > 0xdfff) return Buffer.from(character);
  return Buffer.from([0xe0 | (unit >> 12), 0x80 | ((unit >> 6) & 0x3f), 0x80 | (unit & 0x3f)]);
}

function decode(bytes: Buffer): string {
  let text = "";
  let start = 0;
  for (let at = 0; at + 2 < bytes.length; at++) {
    const second = bytes[at + 1] as number;
    if (bytes[at] !== 0xed || second < 0xa0) continue; // ED A0 to ED BF: what UTF-8 itself never has
    const unit = 0xd000 | ((second & 0x3f) << 6) | ((bytes[at + 2] as number) & 0x3f);
    text += bytes.toString("utf8", start, at) + String.fromCharCode(unit);
    at += 2;
    start = at + 1;
  }
  return text + bytes.toString("utf8", start);
}
