import { createHash } from "node:crypto";
import { type FileHandle, open, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { setImmediate } from "node:timers/promises";
import { checksumBytes, encodeRecord, endMark, magic, type SavedRecord } from "./record.js";

export interface Written {
  readonly entries: number;
  readonly bytes: number;
}

// Encoding and hashing so much takes a fifth of a millisecond.
const sliceBytes = 64 * 1024;

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
  let entries = 0;
  let bytes = 0;
  let waiting: Buffer[] = [];
  let waitingBytes = 0;

  async function flush(): Promise<void> {
    const slice = Buffer.concat(waiting);
    waiting = [];
    waitingBytes = 0;
    hash.update(slice);
    bytes += slice.length;
    await handle.appendFile(slice);
    await setImmediate();
  }

  async function add(part: Buffer): Promise<void> {
    for (let at = 0; at < part.length; at += sliceBytes) {
      const piece = part.subarray(at, at + sliceBytes);
      waiting.push(piece);
      waitingBytes += piece.length;
      if (waitingBytes >= sliceBytes) await flush();
    }
  }

  await add(magic);
  for (const record of records) {
    const [head, value] = encodeRecord(record, wallTime());
    entries += 1;
    // Most entries fit the slice: no promise is made for them.
    if (waitingBytes + head.length + value.length < sliceBytes) {
      waiting.push(head, value);
      waitingBytes += head.length + value.length;
    } else {
      await add(head);
      await add(value);
    }
  }
  const end = Buffer.alloc(4);
  end.writeUInt32BE(endMark);
  await add(end);
  await flush();
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
