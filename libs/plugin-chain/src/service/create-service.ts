import { type Clock, createBackoff, type Logger, silentLogger, systemClock } from "@weft/core";
import type { Callbacks, Dispatch } from "../callback.js";
import { ChainError } from "../chain-error.js";
import { createHookRunner } from "../hook-runner.js";
import { createStartedPlugins } from "../life/started-plugins.js";
import { type LifeCycleCallbacks, lifeCycleCallbacks } from "../life-cycle-callbacks.js";
import type { Part, Plugin } from "../plugin.js";
import { createQueue } from "../queue.js";
import { type Calls, createCalls } from "./calls.js";
import { createApplyChange } from "./change.js";
import { createDeparted } from "./departed.js";
import { waitUntilDrained } from "./drain.js";
import { describeService, explainService } from "./explain.js";
import { type Extensions, extendHandle } from "./extend.js";
import { holdUntilEnded } from "./held-result.js";
import type { Host } from "./host.js";
import { createLifeCycle } from "./life-cycle.js";
import { createManagement } from "./management.js";
import { createPreparer } from "./prepare.js";
import type { Service } from "./service.js";
import { createStatusBoard } from "./status-board.js";
import type { Update } from "./update.js";

export interface ServiceOptions<
  C extends Callbacks,
  Plugins extends readonly (Plugin<C> | string)[] = readonly (Plugin<C> | string)[],
> {
  /** The top of the chain: its name, its own hooks and callbacks. */
  readonly service: Part<C>;
  /** The callbacks that the chain is made of, beside those of the life cycle. */
  readonly callbacks: C;
  /** The most outward first. */
  readonly plugins: Plugins;
  /** What dependencies and lists of names may bring in. */
  readonly catalogue?: readonly Plugin<C>[];
  /** The static layer of the configuration. */
  readonly config?: Update<Plugin<C> | string>;
  /** The layer above it: from a file or the environment. */
  readonly environment?: Update<Plugin<C> | string>;
  /** How long a hook may take whose plugin does not say. Defaults to 10,000: longer than a slow connect, shorter than patience. */
  readonly hookTimeLimitMs?: number;
  /** Waits before a failed start is tried again: growing from one to the other, with jitter. Defaults to 500 and 30,000. */
  readonly retry?: { readonly minMs: number; readonly maxMs: number };
  readonly clock?: Clock;
  /** Draws from [0, 1). */
  readonly random?: () => number;
  readonly logger?: Logger;
}

/**
 * Creates a service: plans and compiles its chain and lets plugins extend the handle. Nothing starts before `start`.
 * Throws a ChainError with every problem of the chain, or a PluginError.
 */
export function createService<C extends Callbacks, const Plugins extends readonly (Plugin<C> | string)[]>(
  options: ServiceOptions<C, Plugins>,
): Service<C> & Extensions<Plugins> {
  const { clock = systemClock, logger = silentLogger, random = Math.random, hookTimeLimitMs = 10_000 } = options;
  const { minMs, maxMs } = options.retry ?? { minMs: 500, maxMs: 30_000 };
  const { name } = options.service;
  const stopping = new AbortController();
  const queue = createQueue();
  const runHook = createHookRunner({ service: name, clock, logger, timeLimitMs: hookTimeLimitMs });
  const preparer = createPreparer<C>({
    service: options.service,
    callbacks: withLifeCycle(name, options.callbacks),
    plugins: options.plugins,
    catalogue: options.catalogue ?? [],
    onError: (error, at) => logger.error({ service: name, ...at, err: error }, "a notified plugin threw"),
    runHook,
  });

  const calls: Calls<C> = createCalls(name, preparer.first, () => react(() => departed.stopReleased()));
  const board = createStatusBoard(name, clock, (change) => lifeDispatch().statusChanged(change));
  const started = createStartedPlugins({
    runHook,
    clock,
    logger,
    timeLimitMs: hookTimeLimitMs,
    onFailed: (part, error) =>
      react(async () => {
        if (calls.current.chain.includes(part) && !started.has(part)) lifeCycle.lost(error);
      }),
  });
  const departed = createDeparted(calls, started);
  const host: Host<C> = { name, calls, started, board, runHook, stopping: stopping.signal };
  const backoff = createBackoff({ minMs, maxMs, random });
  const lifeCycle = createLifeCycle({ host, departed, queue, clock, logger, backoff, calmMs: maxMs });
  const applyChange = createApplyChange(host, lifeCycle, departed);
  const layers = [
    ["static", options.config ?? {}],
    ["environment", options.environment],
  ] as const;
  const management = createManagement({ host, queue, preparer, lifeCycle, applyChange, layers, stopping });

  /** For what follows from an event, so that nobody waits for it. */
  function react(task: () => Promise<unknown>): void {
    void queue.enqueue(task).catch((error) => logger.error({ service: name, err: error }, "a reaction failed"));
  }

  function lifeDispatch(): Dispatch<LifeCycleCallbacks> {
    return calls.current.dispatch as Dispatch<LifeCycleCallbacks>;
  }

  async function asks(hook: "isReady" | "isDrained"): Promise<boolean> {
    try {
      const { chain, config } = calls.current;
      return await runHook({ part: chain[0] as Part, hook, config, invoke: () => lifeDispatch()[hook]() });
    } catch (error) {
      logger.error({ service: name, question: hook, err: error }, "a plugin could not answer, which counts as no");
      return false;
    }
  }

  const service: Service<C> = {
    name,
    call: countedCalls(options.callbacks, calls),
    enter: () => calls.enter(),
    get status() {
      return board.status;
    },
    get config() {
      return calls.current.config;
    },
    get inFlight() {
      return calls.inFlight;
    },
    ...management,
    drain: (drainOptions = {}) => waitUntilDrained(calls, () => asks("isDrained"), clock, drainOptions),
    isLive: () => board.status !== "unknown" && board.status !== "failed",
    isReady: async () => board.status === "running" && (await asks("isReady")),
    info: () => describeService(host),
    explain: () => explainService(host, options.callbacks),
  };
  extendHandle(service, preparer.first.chain);
  return service as Service<C> & Extensions<Plugins>;
}

/** The callbacks as functions that count their calls and run on the present snapshot. */
function countedCalls<C extends Callbacks>(callbacks: C, calls: Calls<C>): Dispatch<C> {
  const counted = Object.keys(callbacks).map((callback) => {
    const call = (...args: unknown[]) => {
      const entered = calls.enter();
      const dispatch = entered.dispatch as Record<string, (...args: unknown[]) => unknown>;
      let result: unknown;
      try {
        result = dispatch[callback]?.(...args);
      } catch (error) {
        entered.leave();
        throw error;
      }
      return holdUntilEnded(result, entered);
    };
    return [callback, call];
  });
  return Object.freeze(Object.fromEntries(counted)) as Dispatch<C>;
}

function withLifeCycle<C extends Callbacks>(service: string, callbacks: C): C & LifeCycleCallbacks {
  const problems = Object.keys(lifeCycleCallbacks)
    .filter((name) => Object.hasOwn(callbacks, name))
    .map((name) => {
      const message = `callback "${name}" is declared twice: every service has it`;
      return { code: "DUPLICATE_CALLBACK" as const, plugins: [service], message };
    });
  if (problems.length > 0) throw new ChainError(service, problems);
  return { ...callbacks, ...lifeCycleCallbacks };
}
