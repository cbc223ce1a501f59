import { type Clock, createBackoff, type Logger, sleep } from "@weft/core";
import { connect, type LiveConnection } from "./live-connection.js";
import type { Script } from "./script.js";
import { unavailable } from "./unavailable.js";

export interface RedisConnectionOptions {
  /** `redis://…` or `rediss://…`; a password in it is never logged. */
  readonly url: string;
  readonly logger: Logger;
  readonly clock: Clock;
  /** A connection on which nothing is answered for so long is given up. Defaults to 2,000, well under a call's limit. */
  readonly timeoutMs?: number;
  /** Most operations that wait for an answer; one more is refused. Defaults to 20,000. */
  readonly maxWaiting?: number;
}

export type Argument = string | Buffer;

/** What Redis answers: text as its bytes. */
export type Reply = null | number | Buffer | readonly Reply[];

export type MessageListener = (message: Buffer) => void;

/** One connection to Redis that comes back by itself. While it is away every operation fails at once. */
export interface RedisConnection {
  /** Begins to connect and goes on until `close`. Ends when the first attempt has succeeded or failed. */
  start(): Promise<void>;
  /** Runs a script. Rejects with UNAVAILABLE if Redis is away or goes away, RESOURCE_EXHAUSTED if too much waits for it. */
  run(script: Script, keys: readonly string[], args: readonly Argument[]): Promise<Reply>;
  /** Calls back for every message of a channel that arrives while connected; the answer ends it. */
  subscribe(channel: string, listener: MessageListener): () => void;
  close(): Promise<void>;
}

const minWaitMs = 50;
const maxWaitMs = 2_000;

export function createRedisConnection(options: RedisConnectionOptions): RedisConnection {
  const { url, logger, clock, timeoutMs = 2_000, maxWaiting = 20_000 } = options;
  const { host } = new URL(url);
  const ending = new AbortController();
  const listeners = new Map<string, Set<MessageListener>>();
  let live: LiveConnection | undefined;
  let kept: Promise<void> | undefined;

  const tell = (channel: string) => (message: Buffer) => {
    for (const listener of listeners.get(channel) ?? []) listener(message);
  };

  async function keepConnected(attempted: () => void): Promise<void> {
    const backoff = createBackoff({ minMs: minWaitMs, maxMs: maxWaitMs });
    let isAway = false;
    while (!ending.signal.aborted) {
      try {
        const connection = await connect({ url, clock, timeoutMs, maxWaiting });
        for (const channel of listeners.keys()) await connection.subscribe(channel, tell(channel));
        live = connection;
        if (isAway) logger.info({ host }, "connected to redis again");
        isAway = false;
        backoff.reset();
        attempted();
        throw await connection.lost;
      } catch (error) {
        live = undefined;
        attempted();
        if (ending.signal.aborted) return;
        if (!isAway) logger.warn({ host, cause: (error as Error).message }, "redis is away");
        isAway = true;
      }
      await sleep(backoff.next(), { clock, signal: ending.signal }).catch(() => {}); // closed: the loop ends
    }
  }

  return {
    start: () =>
      new Promise((resolve) => {
        kept ??= keepConnected(resolve);
      }),

    run(script, keys, args) {
      return live === undefined ? Promise.reject(unavailable("no")) : live.run(script, keys, args);
    },

    subscribe(channel, listener) {
      const known = listeners.get(channel);
      if (known !== undefined) known.add(listener);
      else {
        listeners.set(channel, new Set([listener]));
        // If that fails, so has the connection, and the next one begins with all channels.
        live?.subscribe(channel, tell(channel)).catch(() => {});
      }
      return () => {
        const left = listeners.get(channel);
        if (left?.delete(listener) !== true || left.size > 0) return;
        listeners.delete(channel);
        live?.unsubscribe(channel).catch(() => {}); // as above
      };
    },

    async close() {
      ending.abort();
      live?.close();
      await kept;
    },
  };
}
