import { type Clock, createRestarts, maxRestarts, sleep } from "@weft/core";
import type { DevLog } from "./dev-log.js";
import { ProcessFailed } from "./process-failed.js";
import { type Addresses, type Exit, howItEnded, type ServiceProcess } from "./service-process.js";

export interface KeptProcessOptions {
  readonly name: string;
  /** Starts it; again at the addresses that it had, so that those who know them find it. */
  readonly launch: (addresses: Addresses | undefined) => ServiceProcess;
  /** When a new process has what it needs to take over from the one before. */
  readonly whenServing: (addresses: Addresses) => Promise<void>;
  readonly log: DevLog;
  readonly clock: Clock;
  readonly random: () => number;
}

/** A process that is started again when it dies. */
export interface KeptProcess {
  readonly name: string;
  /** Of the process that runs now. */
  readonly pid: number | undefined;
  /** When it is ready for the first time. Rejects with a ProcessFailed. */
  readonly ready: Promise<Addresses>;
  /** Rejects with a ProcessFailed when it died too often; else it stays pending. */
  readonly givenUp: Promise<never>;
  /**
   * Puts a process of the code that is there now in its place. One that clients do not reach directly goes on until the
   * new one is ready, and stays if that fails. True if it was replaced.
   */
  replace(): Promise<boolean>;
  /** Lets it finish; by force if that takes too long. True if it ended well. Repeatable. */
  stop(): Promise<boolean>;
  /** Ends it at once. */
  kill(): void;
}

// A service's own limit for draining is 20 s by default.
const stopLimitMs = 30_000;

export function keepRunning(options: KeptProcessOptions): KeptProcess {
  const { name, launch, whenServing, log, clock, random } = options;
  const restarts = createRestarts({ clock, random });
  const stopping = new AbortController();
  let current = launch(undefined);
  let had: Addresses | undefined;
  let isDown = false;
  let replacing: Promise<boolean> | undefined;
  let stopped: Promise<boolean> | undefined;
  const { ready } = current;
  const givenUp = new Promise<never>((_resolve, reject) => {
    ready.then(watch).catch((error) => stopping.signal.aborted || reject(error));
  });
  givenUp.catch(() => {}); // before anybody listens

  async function watch(addresses: Addresses): Promise<void> {
    had = addresses;
    restarts.started();
    for (;;) {
      const mine = current;
      const exit = await mine.exited;
      if (replacing !== undefined) await replacing;
      if (mine !== current) continue; // another one has its place: it was meant to end
      isDown = true;
      if (stopping.signal.aborted) return;
      const waitMs = restarts.died();
      if (waitMs === undefined) throw tooOften(exit);
      await log.say("warn", `${name} ended unexpectedly (${howItEnded(exit)}); it starts again in ${waitMs} ms`);
      await sleep(waitMs, { clock, signal: stopping.signal });
      restarts.started();
      current = launch(had);
      isDown = false;
      const isBack = await current.ready.then(
        () => true,
        () => current.kill(), // dead already, or silent for too long
      );
      if (isBack) await log.say("info", `${name} is back`);
    }
  }

  function tooOften(exit: Exit): ProcessFailed {
    const message = `${name} ended ${maxRestarts + 1} times in a row (${howItEnded(exit)})`;
    return new ProcessFailed(message, { exitCode: 1, lastWords: exit.lastWords });
  }

  async function stop(): Promise<boolean> {
    stopping.abort();
    if (replacing !== undefined) await replacing;
    return isDown || ended(current);
  }

  async function replace(): Promise<boolean> {
    const old = current;
    // Two processes cannot listen at one public address.
    const isAlone = had?.publicAddress !== undefined;
    if (isAlone) await ended(old);
    const next = launch(isAlone ? had : undefined);
    try {
      had = await next.ready;
    } catch (error) {
      next.kill();
      await log.say("warn", `${name}: ${(error as Error).message}${isAlone ? "" : "; the old one stays"}`);
      if (isAlone) current = next; // and is started again as one that died
      return false;
    }
    current = next;
    if (isAlone) return true;
    await whenServing(had);
    await ended(old);
    return true;
  }

  /** Asks a process to end, and sees to it. True if it ended well. */
  async function ended(process: ServiceProcess): Promise<boolean> {
    process.stop();
    const limit = new AbortController();
    const late = sleep(stopLimitMs, { clock, signal: limit.signal }).then(
      () => process.kill(),
      () => {}, // it ended in time
    );
    const { code, signal } = await process.exited;
    limit.abort();
    await late;
    return code === 0 || signal === "SIGTERM"; // by the signal itself, if it came before the process could listen
  }

  return {
    name,
    get pid() {
      return current.pid;
    },
    ready,
    givenUp,
    async replace() {
      if (isDown || stopping.signal.aborted) return false; // the next start takes the new code anyway
      replacing ??= replace().finally(() => {
        replacing = undefined;
      });
      return replacing;
    },
    stop() {
      stopped ??= stop();
      return stopped;
    },
    kill() {
      stopping.abort();
      current.kill();
    },
  };
}
