import { Metadata } from "@grpc/grpc-js";
import { authorization } from "./authorization.js";

/** What is said with a call beside its message. */
export interface Headers {
  /** Equal for equal headers. Holds the token: not for logs. */
  readonly key: string;
  /** Throws INVALID_ARGUMENT for a token that cannot be sent. */
  toMetadata(): Metadata;
}

export interface HeaderSources {
  readonly token?: string | (() => string);
  readonly metadata?: () => Readonly<Record<string, string>>;
}

/** Asks for the headers of one call. */
export function headersFrom({ token, metadata }: HeaderSources): Headers {
  const entries = metadata === undefined ? [] : Object.entries(metadata());
  const sent = typeof token === "function" ? token() : token;
  return {
    key: entries.length === 0 ? (sent ?? "") : JSON.stringify([sent, entries]),
    toMetadata() {
      const made = new Metadata();
      for (const [key, value] of entries) made.set(key, value);
      if (sent !== undefined) made.set("authorization", authorization(sent));
      return made;
    },
  };
}
