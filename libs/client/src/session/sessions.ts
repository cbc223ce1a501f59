import type { Metadata } from "@grpc/grpc-js";
import { type Clock, createBackoff } from "@weft/core";
import type { Headers } from "../headers.js";
import { createSession, idleMs, type Session } from "./session.js";
import type { SessionRpc } from "./session-rpc.js";

export interface SessionsOptions {
  readonly open: (metadata: Metadata) => SessionRpc;
  readonly clock: Clock;
  /** Draws from [0, 1). */
  readonly random: () => number;
}

/** The sessions of a client: one for each headers that calls have in common. */
export interface Sessions {
  /** Undefined: the call is to be an RPC of its own. */
  find(headers: Headers): Session | undefined;
  close(): void;
}

// A client that calls for more users than this at a time gains little by sessions.
const maxSessions = 8;

/**
 * Calls that follow each other within a second and have the same headers share a session, so that a single call costs one
 * RPC, and so does one whose headers (a trace, say) are like no other's. While sessions fail (the gateway knows none,
 * drains or is gone), calls are RPCs of their own, and a new session is tried now and then.
 */
export function createSessions({ open, clock, random }: SessionsOptions): Sessions {
  const sessions = new Map<string, Session>();
  const backoff = createBackoff({ minMs: 200, maxMs: 5_000, random });
  let mayOpenAt = Number.NEGATIVE_INFINITY;
  let lastKey: string | undefined;
  let lastCallAt = Number.NEGATIVE_INFINITY;

  /** Whether the call before this one had the same headers, a moment ago. */
  function follows(key: string, now: number): boolean {
    const isFollowing = key === lastKey && now - lastCallAt < idleMs;
    lastKey = key;
    lastCallAt = now;
    return isFollowing;
  }

  function openFor({ key, toMetadata }: Headers): Session {
    const session = createSession({
      rpc: open(toMetadata()),
      clock,
      onAnswer: backoff.reset,
      onClosed(isLost) {
        if (sessions.get(key) === session) sessions.delete(key);
        if (isLost) mayOpenAt = clock.now() + backoff.next();
      },
    });
    sessions.set(key, session);
    const [oldest] = sessions.values();
    if (sessions.size > maxSessions) oldest?.close();
    return session;
  }

  return {
    find(headers) {
      const session = sessions.get(headers.key);
      if (session !== undefined) return session;
      const now = clock.now();
      return follows(headers.key, now) && now >= mayOpenAt ? openFor(headers) : undefined;
    },
    close() {
      for (const session of [...sessions.values()]) session.close();
    },
  };
}
