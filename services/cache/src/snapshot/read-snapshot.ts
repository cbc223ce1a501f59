import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import type { SavedEntry } from "../store/entry.js";
import { checksumBytes, headBytes, kindOf, magic, readEntry, readKey, recordBytes } from "./record.js";

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
    if (end < magic.length + headBytes) throw new DamagedSnapshot("it ends too early");
    const hash = createHash("sha256");
    for await (const chunk of createReadStream(file, { end: end - 1 })) hash.update(chunk);
    const checksum = await readExactly(handle, end, checksumBytes, size);
    if (!hash.digest().equals(checksum)) throw new DamagedSnapshot("its checksum is wrong, or it ends too early");
  } finally {
    await handle.close();
  }
}

async function readExactly(handle: FileHandle, at: number, length: number, size: number): Promise<Buffer> {
  if (at + length > size) throw new DamagedSnapshot("it ends too early");
  const { buffer } = await handle.read(Buffer.alloc(length), 0, length, at);
  return buffer;
}

// Read at a time, and then restored in one go: some hundred entries of usual size.
const chunkBytes = 64 * 1024;

/** Calls back for each entry of a file that was checked, in the order in which they were written. */
export async function readSnapshot(
  file: string,
  wallTime: () => number,
  visit: (namespace: string, entry: SavedEntry) => void,
): Promise<void> {
  const handle = await open(file, "r");
  try {
    let chunk: Buffer = Buffer.allocUnsafeSlow(chunkBytes);
    let held = 0;
    let fileAt = magic.length;
    let namespace = "";
    for (;;) {
      const { bytesRead } = await handle.read(chunk, held, chunk.length - held, fileAt);
      if (bytesRead === 0) throw new DamagedSnapshot("it has changed since it was checked");
      fileAt += bytesRead;
      held += bytesRead;
      const wallMs = wallTime();
      let at = 0;
      let needed = headBytes;
      while (held - at >= headBytes) {
        const kind = kindOf(chunk, at);
        if (kind === "end") return;
        needed = recordBytes(chunk, at);
        if (held - at < needed) break;
        if (kind === "namespace") namespace = readKey(chunk, at);
        else visit(namespace, readEntry(chunk, at, kind, wallMs));
        at += needed;
        needed = headBytes;
      }
      chunk = moved(chunk, at, held, needed);
      held -= at;
    }
  } finally {
    await handle.close();
  }
}

/** What has not been read yet at the front of a chunk that holds at least the next record. */
function moved(chunk: Buffer, from: number, to: number, needed: number): Buffer {
  const target = needed <= chunk.length ? chunk : Buffer.allocUnsafeSlow(needed);
  chunk.copy(target, 0, from, to);
  return target;
}
