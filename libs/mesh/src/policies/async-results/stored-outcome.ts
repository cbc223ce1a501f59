import { errorFromStatus, statusFromError } from "@weft/contracts";
import { Status } from "@weft/contracts/rpc";
import { Code, Reason, WeftError } from "@weft/core";
import type { AsyncOutcome } from "./pending-outcome.js";

// A piece of a result takes up to three bytes for each character, or two where quotes are escaped: less than a request may have.
const pieceLength = 256 * 1_024;

/** What lies in the cache of a call. Times are wall time. */
export type StoredOutcome =
  | {
      readonly state: "pending";
      /** Drawn by who began the call; empty once it was said again. */
      readonly by: string;
      readonly alive_until: number;
      readonly expires_at: number;
    }
  | { readonly state: "failed"; readonly status: string; readonly expires_at: number }
  | {
      readonly state: "done";
      readonly node: string;
      /** The first piece of the result's JSON. */
      readonly json: string;
      readonly more_pieces: number;
      readonly expires_at: number;
    };

/** An outcome as it is stored, and the further pieces of a large result. */
export function toStored({ end, expiresAt: expires_at }: AsyncOutcome): readonly [StoredOutcome, ...string[]] {
  if (end instanceof WeftError) {
    const status = Buffer.from(Status.encode(statusFromError(end)).finish()).toString("base64");
    return [{ state: "failed", status, expires_at }];
  }
  const [json = "", ...more] = pieces(Buffer.from(end.json).toString());
  return [{ state: "done", node: end.node, json, more_pieces: more.length, expires_at }, ...more];
}

/** The outcome that was stored so. */
export function fromStored(
  stored: Exclude<StoredOutcome, { state: "pending" }>,
  more: readonly string[],
): AsyncOutcome {
  const { expires_at: expiresAt } = stored;
  if (stored.state === "failed")
    return { end: errorFromStatus(Status.decode(Buffer.from(stored.status, "base64"))), expiresAt };
  return { end: { json: Buffer.from([stored.json, ...more].join("")), node: stored.node }, expiresAt };
}

/** What became of a call that nobody has said to be alive for long. */
export function lost(expiresAt: number): AsyncOutcome {
  const end = new WeftError(Code.Unavailable, "the gateway that ran the call is gone: it may have been processed", {
    reason: Reason.ConnectionLost,
    metadata: { processed: "maybe" },
  });
  return { end, expiresAt };
}

/** What lies in a cache may be anybody's. */
export function isStoredOutcome(value: unknown): value is StoredOutcome {
  if (typeof value !== "object" || value === null) return false;
  const stored = value as Readonly<Record<string, unknown>>;
  if (typeof stored.expires_at !== "number") return false;
  if (stored.state === "pending") return typeof stored.alive_until === "number";
  if (stored.state === "failed") return typeof stored.status === "string";
  const isDone = stored.state === "done" && typeof stored.json === "string" && typeof stored.node === "string";
  return isDone && Number.isInteger(stored.more_pieces);
}

/** Cuts no character in two, which would be no text. */
function* cut(text: string): Generator<string> {
  for (let from = 0; from < text.length; ) {
    const to = from + pieceLength;
    const last = text.charCodeAt(to - 1);
    const end = last >= 0xd800 && last < 0xdc00 ? to - 1 : to;
    yield text.slice(from, end);
    from = end;
  }
}

const pieces = (text: string): readonly string[] => [...cut(text)];
