import type { Clock } from "@weft/core";
import { createLeaseWaits, type LeaseWaits } from "../leases/lease-waits.js";
import type { RedisConnection } from "./connection.js";
import { keyOfBytes } from "./key-bytes.js";

export interface LeaseEndsOptions {
  readonly connection: RedisConnection;
  /** Where keys are published whose leases end; an empty one stands for all. */
  readonly channel: string;
  readonly clock: Clock;
}

/**
 * Callers that wait for leases which another node may have granted. Redis tells of their ends from when somebody waits for
 * the first time until the connection is lost; then all that wait ask again.
 */
export function waitsInRedis({ connection, channel, clock }: LeaseEndsOptions): LeaseWaits {
  let isListening = false;

  async function listen(): Promise<void> {
    isListening = true;
    try {
      const { lost } = await connection.subscribe(channel, (message) => {
        if (message.length === 0) waits.endedAll();
        else waits.ended(keyOfBytes(message));
      });
      await lost;
    } catch {
      // Redis is away: whoever waits hears that when asking, and the next one listens again.
    }
    isListening = false;
    waits.endedAll();
  }

  // What is sent on a connection first is done first, so that no end is missed after the first answer.
  const waits = createLeaseWaits({ clock, begin: () => isListening || void listen() });
  return waits;
}
