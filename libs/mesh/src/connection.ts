import { Code, Reason, WeftError } from "@weft/core";
import { anonymous, type Identity } from "./call.js";

/**
 * Who is at the other end, as its request's metadata and address say, before a message is read. The plugins of `connect`
 * find out who it is.
 */
export interface Connection {
  /** The first value of a metadata key, in lower case; "" where there is none. */
  metadata(key: string): string;
  /** The address that the transport shows. */
  readonly transportAddress: string;
  /** The caller's IP address: the transport's, or what a trusted proxy says. */
  peerAddress: string;
  identity: Identity;
  /** When the credentials end, in wall time; Infinity: never, or there are none. */
  expiresAt: number;
}

export function createConnection(transportAddress: string, metadata: (key: string) => string): Connection {
  return {
    metadata,
    transportAddress,
    peerAddress: transportAddress,
    identity: anonymous,
    expiresAt: Number.POSITIVE_INFINITY,
  };
}

/** What a caller is told whose credentials were good, but are no longer. */
export function credentialsExpired(): WeftError {
  return new WeftError(Code.Unauthenticated, "credentials have expired", { reason: Reason.CredentialsExpired });
}
