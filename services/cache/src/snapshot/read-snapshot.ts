import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { checksumBytes, decodeRecord, endMark, lengthsBytes, magic, type SavedRecord } from "./record.js";

/** Why a file is no snapshot, or none that can be trusted. */
export class DamagedSnapshot extends Error {
  override readonly name = "DamagedSnapshot";
}

/** Reads the file through and throws unless it is whole and as it was written. */
export async function checkSnapshot(file: string): Promise<void> {
  const handle = await open(file, "r");
  try {
    const { size } = await handle.stat();
    const start = await readExactly(handle, 0, magic.length, size);
    if (!start.equals(magic)) throw new DamagedSnapshot("it does not begin as a snapshot of this version");
    const end = size - checksumBytes;
    if (end < magic.length + 4) throw new DamagedSnapshot("it ends too early");
    const hash = createHash("sha256");
    for await (const chunk of createReadStream(file, { end: end - 1 })) hash.update(chunk);
    const checksum = await readExactly(handle, end, checksumBytes, size);
    if (!hash.digest().equals(checksum)) throw new DamagedSnapshot("its checksum is wrong, or it ends too early");
  } finally {
    await handle.close();
  }
}

/** Calls back for each record of a file that was checked, in the order in which they were written. */
export async function readSnapshot(
  file: string,
  wallTime: () => number,
  visit: (record: SavedRecord) => void,
): Promise<void> {
  let held = Buffer.alloc(0);
  let at = magic.length;
  for await (const chunk of createReadStream(file, { highWaterMark: 1_048_576 })) {
    held = held.length === 0 ? chunk : Buffer.concat([held.subarray(at), chunk]);
    if (held !== chunk) at = 0;
    while (held.length - at >= lengthsBytes) {
      const headLength = held.readUInt32BE(at);
      if (headLength === endMark) return; // more than four bytes follow, those of the checksum
      const head = at + lengthsBytes;
      const value = head + headLength;
      const end = value + held.readUInt32BE(at + 4);
      if (end > held.length) break;
      visit(decodeRecord(held.subarray(head, value), held.subarray(value, end), wallTime()));
      at = end;
    }
  }
}

async function readExactly(handle: Awaited<ReturnType<typeof open>>, at: number, length: number, size: number) {
  if (at + length > size) throw new DamagedSnapshot("it ends too early");
  const { buffer } = await handle.read(Buffer.alloc(length), 0, length, at);
  return buffer;
}
