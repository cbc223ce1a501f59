import type { Clock } from "@weft/core";
import { watchAnswers } from "./answer-watch.js";
import type { Argument, MessageListener, Reply } from "./connection.js";
import { refusalOf } from "./failure.js";
import type { Script } from "./script.js";
import { tooManyWaiting, unavailable } from "./unavailable.js";

export interface LiveConnectionOptions {
  readonly url: string;
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly maxWaiting: number;
}

/** A connection from when it is there until it is lost, which happens once. */
export interface LiveConnection {
  run(script: Script, keys: readonly string[], args: readonly Argument[]): Promise<Reply>;
  subscribe(channel: string, listener: MessageListener): Promise<void>;
  unsubscribe(channel: string, listener: MessageListener): Promise<void>;
  /** Ends with why. */
  readonly lost: Promise<Error>;
  close(): void;
}

/** Connects once; rejects if that fails. */
export async function connect({ url, clock, timeoutMs, maxWaiting }: LiveConnectionOptions): Promise<LiveConnection> {
  // Not loaded by a cache that keeps its entries in memory.
  const { createClient, ErrorReply, RESP_TYPES } = await import("@redis/client");
  const client = createClient({
    url,
    RESP: 3, // so that messages of channels arrive beside the answers
    socket: { connectTimeout: timeoutMs, reconnectStrategy: false },
    disableOfflineQueue: true,
    maintNotifications: "disabled",
    // Its own time limit makes a timer for each command and ends once that is written; `watchAnswers` covers the answer.
    commandOptions: { timeout: 0, typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer } },
  });
  let loseIt: (cause: Error) => void = () => {};
  const lost = new Promise<Error>((resolve) => {
    loseIt = resolve;
  });
  client.on("error", loseIt);
  client.on("end", () => loseIt(new Error("closed")));
  await client.connect();

  const close = (cause: Error) => {
    watch.stop();
    loseIt(cause);
    if (client.isOpen) client.destroy();
  };
  const watch = watchAnswers({
    clock,
    timeoutMs,
    ping: () => void send(["PING"]).catch(() => {}), // a failure ends the connection by itself
    dead: () => close(new Error(`no answer for ${timeoutMs} ms`)),
  });
  lost.then(close);

  async function send(command: readonly Argument[]): Promise<Reply> {
    watch.asked();
    try {
      return (await client.sendCommand(command as Argument[])) as Reply;
    } finally {
      watch.answered();
    }
  }

  return {
    lost,
    close: () => close(new Error("closed")),

    async run(script, keys, args) {
      if (watch.waiting >= maxWaiting) throw tooManyWaiting(maxWaiting);
      const rest = [String(keys.length), ...keys, ...args];
      try {
        return await send(["EVALSHA", script.sha, ...rest]).catch((error: Error) => {
          if (!error.message.startsWith("NOSCRIPT")) throw error;
          return send(["EVAL", script.text, ...rest]);
        });
      } catch (error) {
        throw error instanceof ErrorReply ? refusalOf(error) : unavailable("maybe", error);
      }
    },

    subscribe: (channel, listener) =>
      client.subscribe(channel, listener, true).catch((error) => Promise.reject(unavailable("no", error))),
    unsubscribe: (channel, listener) => client.unsubscribe(channel, listener, true),
  };
}
