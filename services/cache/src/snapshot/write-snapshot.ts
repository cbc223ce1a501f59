import { createHash } from "node:crypto";
import { type FileHandle, open, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { setImmediate } from "node:timers/promises";
import type { StoredValue } from "../store/stored-value.js";
import { checksumBytes, encodeHead, encodeRecord, endMark, lengthsBytes, magic, type SavedRecord } from "./record.js";

export interface Written {
  readonly entries: number;
  readonly bytes: number;
}

// Most that is written at a time: hashing it takes a fifth of a millisecond.
const sliceBytes = 64 * 1024;
// Other work gets its turn after so long. Looked at after so many entries, each of which takes a few microseconds.
const sliceMs = 0.5;
const entriesPerLook = 16;

/**
 * Writes records as a file that is there whole or not at all: beside the old one, to the disk, and then in its place. Other
 * work gets its turn after each slice.
 */
export async function writeSnapshot(
  file: string,
  records: Iterable<SavedRecord>,
  wallTime: () => number,
): Promise<Written> {
  const unfinished = `${file}.new`;
  const handle = await open(unfinished, "w", 0o600); // what is in a cache is for its users only
  let written: Written;
  try {
    written = await writeRecords(handle, records, wallTime);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(unfinished, file);
  await syncFolder(dirname(file));
  return written;
}

async function writeRecords(handle: FileHandle, records: Iterable<SavedRecord>, wallTime: () => number) {
  const hash = createHash("sha256");
  const slice = Buffer.allocUnsafeSlow(sliceBytes);
  let used = 0;
  let entries = 0;
  let bytes = 0;

  async function write(part: Buffer): Promise<void> {
    hash.update(part);
    bytes += part.length;
    await handle.appendFile(part);
  }

  async function flush(): Promise<void> {
    await write(slice.subarray(0, used));
    used = 0;
  }

  /** Copies a record into the slice; false if it may not fit. */
  function fits(head: string, { held }: StoredValue): boolean {
    if (used + lengthsBytes + 3 * head.length + held.length > sliceBytes) return false;
    const headBytes = slice.write(head, used + lengthsBytes);
    slice.writeUInt32BE(headBytes, used);
    slice.writeUInt32BE(held.length, used + 4);
    used += lengthsBytes + headBytes;
    if (typeof held === "string") slice.write(held, used, "latin1");
    else held.copy(slice, used);
    used += held.length;
    return true;
  }

  await write(magic);
  let sliceEndMs = performance.now() + sliceMs;
  for (const record of records) {
    const head = encodeHead(record, wallTime());
    const { value } = record.entry;
    if (!fits(head, value)) {
      await flush();
      if (!fits(head, value)) {
        const whole = encodeRecord(head, value);
        for (let at = 0; at < whole.length; at += sliceBytes) await write(whole.subarray(at, at + sliceBytes));
      }
    }
    entries += 1;
    if (entries % entriesPerLook !== 0 || performance.now() < sliceEndMs) continue;
    await setImmediate();
    sliceEndMs = performance.now() + sliceMs;
  }
  await flush();
  const end = Buffer.alloc(4);
  end.writeUInt32BE(endMark);
  await write(end);
  await handle.appendFile(hash.digest());
  return { entries, bytes: bytes + checksumBytes };
}

/** A renamed file is safe once its folder is on the disk too. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
