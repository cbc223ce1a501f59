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

export interface Subscription {
  /** Ends with why no message comes any more. Not settled by `end`. */
  readonly lost: Promise<Error>;
  end(): void;
}

/** One connection to Redis that comes back by itself. While it is away every operation fails at once. */
export interface RedisConnection {
  /** Begins to connect and goes on until `close`. Ends when the first attempt has succeeded or failed. */
  start(): Promise<void>;
  /** Runs a script. Rejects with UNAVAILABLE if Redis is away or goes away, RESOURCE_EXHAUSTED if too much waits for it. */
  run(script: Script, keys: readonly string[], args: readonly Argument[]): Promise<Reply>;
  /** Calls back for every message of a channel until the connection is lost. Rejects with UNAVAILABLE if Redis is away. */
  subscribe(channel: string, listener: MessageListener): Promise<Subscription>;
  close(): Promise<void>;
}

const minWaitMs = 50;
const maxWaitMs = 2_000;

export function createRedisConnection(options: RedisConnectionOptions): RedisConnection {
  const { url, logger, clock, timeoutMs = 2_000, maxWaiting = 20_000 } = options;
  const { host } = new URL(url);
  const ending = new AbortController();
  let live: LiveConnection | undefined;
  let kept: Promise<void> | undefined;

  async function keepConnected(attempted: () => void): Promise<void> {
    const backoff = createBackoff({ minMs: minWaitMs, maxMs: maxWaitMs });
    let isAway = false;
    while (!ending.signal.aborted) {
      try {
        live = await connect({ url, clock, timeoutMs, maxWaiting });
        if (isAway) logger.info({ host }, "connected to redis again");
        isAway = false;
        backoff.reset();
        attempted();
        throw await live.lost;
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

    async subscribe(channel, listener) {
      const connection = live;
      if (connection === undefined) throw unavailable("no");
      await connection.subscribe(channel, listener);
      return {
        lost: connection.lost,
        // What fails here has ended with the connection.
        end: () => void connection.unsubscribe(channel, listener).catch(() => {}),
      };
    },

    async close() {
      ending.abort();
      live?.close();
      await kept;
    },
  };
}
