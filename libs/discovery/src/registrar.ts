import { silentLogger, systemClock } from "@weft/core";
import { answerMs, type Backend, heartbeatMs } from "./backend.js";
import type { Node } from "./node.js";
import { createRetry, type DiscoveryOptions } from "./retry.js";

/** What a node may change about itself while it runs. */
export type NodeChange = Partial<Pick<Node, "revision" | "version" | "zone" | "weight" | "draining" | "link">>;

export interface Registrar {
  /** True while the registry has this node, as far as it told us. */
  readonly isRegistered: boolean;
  /** Publishes a change. Resolves when the registry has it, or after 5 s: it is published then as soon as it can be. */
  update(change: NodeChange): Promise<void>;
  /** Tells callers to prefer other nodes: the first step of a drain. */
  setDraining(): Promise<void>;
  /** Takes the node off the list and ends. Resolves within 5 s even if the registry is silent; repeatable. */
  deregister(): Promise<void>;
}

/** Puts this process's node on the list and keeps it there, through failures of the registry, until it deregisters. */
export function registerNode(backend: Backend, node: Node, options: DiscoveryOptions = {}): Registrar {
  const { clock = systemClock, logger = silentLogger } = options;
  const retry = createRetry("registration", options);
  const stop = new AbortController();
  const lease = backend.lease(lost);
  const waiting = new Set<{ version: number; done: () => void }>();
  let entry = node;
  let version = 0; // of `entry`
  let putting: Promise<void> | undefined;
  let isRegistered = false;
  let cancelTimer = () => {};
  let closing: Promise<void> | undefined;

  function schedule(waitMs: number): void {
    cancelTimer();
    if (closing === undefined) cancelTimer = clock.after(waitMs, renew);
  }

  function renew(): void {
    cancelTimer();
    putting ??= put().finally(() => {
      putting = undefined;
    });
  }

  async function put(): Promise<void> {
    const sent = version;
    try {
      await lease.put(entry, stop.signal);
    } catch (error) {
      return failed(error);
    }
    retry.succeeded({ node: entry.id });
    isRegistered = true;
    for (const waiter of waiting) if (waiter.version <= sent) waiter.done();
    schedule(version === sent ? heartbeatMs : 0);
  }

  function lost(error: unknown): void {
    if (putting === undefined) failed(error); // else the put fails too, and says so
  }

  function failed(error: unknown): void {
    isRegistered = false;
    if (closing === undefined) schedule(retry.failed(error, { node: entry.id }));
  }

  /** Resolves when `version` is published, or after the limit. */
  function published(): Promise<void> {
    return new Promise((resolve) => {
      const cancelLimit = clock.after(answerMs, () => {
        logger.warn({ node: entry.id }, "the registry has not taken the change yet");
        waiter.done();
      });
      const waiter = {
        version,
        done() {
          cancelLimit();
          waiting.delete(waiter);
          resolve();
        },
      };
      waiting.add(waiter);
    });
  }

  async function update(change: NodeChange): Promise<void> {
    if (closing !== undefined) return;
    entry = { ...entry, ...change };
    version += 1;
    const result = published();
    renew();
    await result;
  }

  async function close(): Promise<void> {
    cancelTimer();
    const cancelLimit = clock.after(answerMs, () => stop.abort(new Error("no answer to the deregistration")));
    for (const waiter of waiting) waiter.done();
    try {
      await putting; // not cut short: an aborted put may still arrive, after the release
      await lease.release(stop.signal);
    } catch (error) {
      logger.warn({ node: entry.id, err: error }, "not deregistered, the registry will notice by itself");
    } finally {
      cancelLimit();
      isRegistered = false;
    }
  }

  renew();
  return {
    get isRegistered() {
      return isRegistered;
    },
    update,
    setDraining: () => update({ draining: true }),
    deregister() {
      closing ??= Promise.resolve().then(close); // assigned before anything runs, so that nothing is scheduled any more
      return closing;
    },
  };
}
