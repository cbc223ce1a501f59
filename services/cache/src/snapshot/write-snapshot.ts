import { createHash } from "node:crypto";
import { type FileHandle, open, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { ownTurn } from "../engine/in-slices.js";
import type { SavedEntry } from "../store/entry.js";
import type { StoredValue } from "../store/stored-value.js";
import { checksumBytes, entryHead, magic, markHead, mostHeadBytes, type RecordHead, writeHead } from "./record.js";

/** The entries of a namespace. */
export interface SavedNamespace {
  readonly namespace: string;
  readonly entries: Iterable<SavedEntry>;
}

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
 * Writes entries as they were at `wallMs` to a file that is there whole or not at all: beside the old one, to the disk, and
 * then in its place. Other work gets its turn after each slice.
 */
export async function writeSnapshot(
  file: string,
  namespaces: readonly SavedNamespace[],
  wallMs: number,
): Promise<Written> {
  const unfinished = `${file}.new`;
  const handle = await open(unfinished, "w", 0o600); // what is in a cache is for its users only
  let written: Written;
  try {
    written = await writeRecords(handle, namespaces, wallMs);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(unfinished, file);
  await syncFolder(dirname(file));
  return written;
}

async function writeRecords(handle: FileHandle, namespaces: readonly SavedNamespace[], wallMs: number) {
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
  function fits(head: RecordHead, held: StoredValue["held"]): boolean {
    if (used + mostHeadBytes(head) + held.length > sliceBytes) return false;
    used = copyRecord(slice, used, head, held);
    return true;
  }

  async function writeRecord(head: RecordHead, held: StoredValue["held"]): Promise<void> {
    await flush();
    if (fits(head, held)) return;
    const whole = Buffer.allocUnsafeSlow(mostHeadBytes(head) + held.length);
    const end = copyRecord(whole, 0, head, held);
    for (let at = 0; at < end; at += sliceBytes) await write(whole.subarray(at, Math.min(at + sliceBytes, end)));
  }

  await write(magic);
  let sliceEndMs = performance.now() + sliceMs;
  for (const { namespace, entries: saved } of namespaces) {
    await writeRecord(markHead("namespace", namespace), "");
    for (const entry of saved) {
      const head = entryHead(entry, wallMs);
      if (!fits(head, entry.value.held)) await writeRecord(head, entry.value.held);
      entries += 1;
      if (entries % entriesPerLook !== 0 || performance.now() < sliceEndMs) continue;
      await ownTurn();
      sliceEndMs = performance.now() + sliceMs;
    }
  }
  await writeRecord(markHead("end", ""), "");
  await flush();
  await handle.appendFile(hash.digest());
  return { entries, bytes: bytes + checksumBytes };
}

/** Answers where the record ends. */
function copyRecord(into: Buffer, at: number, head: RecordHead, held: StoredValue["held"]): number {
  const valueAt = writeHead(into, at, head, held.length);
  if (typeof held === "string") into.write(held, valueAt, "latin1");
  else held.copy(into, valueAt);
  return valueAt + held.length;
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
