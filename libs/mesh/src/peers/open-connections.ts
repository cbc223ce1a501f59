import type { Clock } from "@weft/core";
import type { Dial, NodeConnection } from "../transport/node-connection.js";

const mostOpen = 1_000;
const idleMs = 300_000;

/**
 * One connection for each address: opened when it is used, closed after 5 min without use. At most 1,000 are open, the one
 * unused longest goes; what is under way there finishes.
 */
export interface OpenConnections {
  /** To be asked for each use. */
  to(address: string): NodeConnection;
  close(): void;
}

interface Open {
  readonly connection: NodeConnection;
  usedAtMs: number;
}

export function createOpenConnections(dial: Dial, clock: Clock): OpenConnections {
  const opened = new Map<string, Open>(); // the one unused longest first
  let cancelSweep: (() => void) | undefined;

  function sweep(): void {
    const untilMs = clock.now() - idleMs;
    closeWhile(({ usedAtMs }) => usedAtMs <= untilMs);
    cancelSweep = opened.size > 0 ? clock.after(idleMs, sweep) : undefined;
  }

  function closeWhile(isDue: (open: Open) => boolean): void {
    for (const [address, open] of opened) {
      if (!isDue(open)) return;
      opened.delete(address);
      open.connection.close();
    }
  }

  return {
    to(address) {
      const open = opened.get(address) ?? { connection: dial(address), usedAtMs: 0 };
      open.usedAtMs = clock.now();
      opened.delete(address);
      opened.set(address, open);
      closeWhile(() => opened.size > mostOpen);
      cancelSweep ??= clock.after(idleMs, sweep);
      return open.connection;
    },
    close() {
      cancelSweep?.();
      closeWhile(() => true);
    },
  };
}
