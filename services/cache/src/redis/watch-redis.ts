import { WeftError } from "@weft/core";
import type { Change, ChangeListener, ChangePosition } from "../store/change.js";
import type { RedisConnection, Subscription } from "./connection.js";
import { changeOf } from "./replies.js";
import { unavailable } from "./unavailable.js";

export interface RedisWatchOptions {
  readonly connection: RedisConnection;
  readonly channel: string;
  /** Asks where the changes stand. */
  position(): Promise<ChangePosition>;
}

/**
 * Tells the changes of a channel without holes. Messages are lost with a connection, and that ends the watch; where a
 * number is missing for another reason, or numbers begin anew, so do the changes.
 */
export function watchRedis({ connection, channel, position }: RedisWatchOptions, listener: ChangeListener): () => void {
  let isOver = false;
  let subscription: Subscription | undefined;
  let last: number | undefined; // undefined: it is asked for
  let early: Change[] = []; // messages that overtake the answer

  function take(change: Change): void {
    if (isOver) return;
    if (last === undefined) early.push(change);
    else if (change.sequence === last + 1) {
      last = change.sequence;
      listener.changed(change);
    } else start().catch(fail);
  }

  async function start(): Promise<void> {
    last = undefined;
    const at = await position();
    if (isOver) return;
    last = at.sequence;
    listener.started(at);
    const waiting = early.filter(({ sequence }) => sequence > at.sequence);
    early = [];
    for (const change of waiting) take(change);
  }

  function stop(): void {
    isOver = true;
    subscription?.end();
    early = [];
  }

  function fail(error: unknown): void {
    if (isOver) return;
    stop();
    listener.lost(WeftError.from(error));
  }

  async function begin(): Promise<void> {
    subscription = await connection.subscribe(channel, (message) => take(changeOf(message)));
    if (isOver) return subscription.end(); // while it was on its way
    void subscription.lost.then((cause) => fail(unavailable("no", cause)));
    await start(); // asked behind the subscription, so whatever the answer does not count is told
  }

  begin().catch(fail);
  return stop;
}
