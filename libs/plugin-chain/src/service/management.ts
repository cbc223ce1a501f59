import { Reason } from "@weft/core";
import type { Callbacks } from "../callback.js";
import type { Config } from "../config/config.js";
import type { AdminStatus } from "../life-cycle-callbacks.js";
import { ManagementError } from "../management-error.js";
import { nameOf, type Plugin } from "../plugin.js";
import type { Queue } from "../queue.js";
import type { ApplyChange, ChangeReport } from "./change.js";
import type { Host } from "./host.js";
import type { LifeCycle } from "./life-cycle.js";
import type { Preparer } from "./prepare.js";
import type { Service, StartOptions } from "./service.js";
import type { Snapshot } from "./snapshot.js";
import { prepareStart, type StartLayers } from "./start-up.js";
import { splitUpdate } from "./update.js";

export interface ManagementOptions<C extends Callbacks> {
  readonly host: Host<C>;
  readonly queue: Queue;
  readonly preparer: Preparer<C>;
  readonly lifeCycle: LifeCycle;
  readonly applyChange: ApplyChange<C>;
  /** Below the layer of the start options. */
  readonly layers: StartLayers<C>;
  /** Fires the host's `stopping`. */
  readonly stopping: AbortController;
}

/** The calls that manage a service. */
export type Management<C extends Callbacks> = Pick<
  Service<C>,
  | "start"
  | "stop"
  | "setAdminStatus"
  | "reconfigure"
  | "addPlugin"
  | "removePlugin"
  | "replacePlugins"
  | "restartPlugin"
>;

const adminStatuses: readonly AdminStatus[] = ["active", "pause", "inactive"];

/** Management calls that may wait for their turn; a caller that piles up more has lost track. */
const maxWaiting = 100;

export function createManagement<C extends Callbacks>(options: ManagementOptions<C>): Management<C> {
  const { host, queue, preparer, lifeCycle, applyChange, layers, stopping } = options;
  const { name, calls, started, board } = host;
  let starting: Promise<void> | undefined;
  let closing: Promise<void> | undefined;

  async function manage<Result>(task: () => Promise<Result>): Promise<Result> {
    if (queue.length >= maxWaiting) {
      throw new ManagementError("BUSY", `${maxWaiting} management calls wait for their turn`);
    }
    return queue.enqueue(() => {
      stopping.signal.throwIfAborted();
      return task();
    });
  }

  /** The same for a service that has started. */
  function manageStarted<Result>(task: (present: Snapshot<C>) => Promise<Result>): Promise<Result> {
    return manage(async () => {
      if (board.status === "unknown") throw new ManagementError("NOT_STARTED", `service "${name}" has not started`);
      return task(calls.current);
    });
  }

  async function startUp({ config, paused = false }: StartOptions<C>): Promise<void> {
    try {
      calls.replace(await prepareStart(preparer, [...layers, ["start", config]]));
    } catch (error) {
      starting = undefined; // nothing has happened, so it may be tried with another configuration
      board.note(error);
      throw error;
    }
    if (paused) {
      board.admin = "pause";
      calls.close(Reason.Paused);
      board.set("paused");
      return;
    }
    board.admin = "active";
    board.begin();
    await lifeCycle.activate();
  }

  async function setAdminStatus(status: AdminStatus, reason?: string): Promise<void> {
    if (!adminStatuses.includes(status)) {
      throw new ManagementError("INVALID_STATUS", `there is no admin status ${JSON.stringify(status)}`);
    }
    if (status === board.admin) return;
    board.admin = status;
    switch (status) {
      case "active":
        board.set("starting", reason);
        return lifeCycle.activate();
      case "pause":
        return lifeCycle.pause(reason);
      case "inactive":
        return lifeCycle.deactivate(reason);
    }
  }

  /** One transaction: another list of plugins, one more layer of configuration, or both. */
  async function change(present: Snapshot<C>, { listed, update, tells }: ChangeRequest<C>): Promise<ChangeReport> {
    const planned = listed === undefined ? present : preparer.withPlugins(present, listed);
    if (update === undefined) return applyChange({ next: preparer.withNewSettings(present, planned), tells });
    const merged = await preparer.withLayer(planned, { source: "reconfigure", update });
    return applyChange({ next: await preparer.resolved(merged), tells });
  }

  async function addPlugin(present: Snapshot<C>, plugin: Plugin<C> | string, update?: Config): Promise<ChangeReport> {
    const added = nameOf(plugin);
    if (!present.listed.some((other) => nameOf(other) === added)) {
      return change(present, { listed: [plugin, ...present.listed], update, tells: false });
    }
    if (typeof plugin === "string" || present.chain.some((part) => part === plugin)) {
      return applyChange({ next: present, tells: false });
    }
    throw new ManagementError("NAME_TAKEN", `service "${name}" lists another plugin "${added}"`);
  }

  async function removePlugin(present: Snapshot<C>, removed: string): Promise<ChangeReport> {
    const listed = present.listed.filter((plugin) => nameOf(plugin) !== removed);
    if (listed.length < present.listed.length) return change(present, { listed, update: undefined, tells: false });
    throw new ManagementError("NOT_LISTED", `service "${name}" does not list a plugin "${removed}"`);
  }

  async function restartPlugin({ chain, config }: Snapshot<C>, restarted: string): Promise<void> {
    const part = chain.find((one) => one.name === restarted);
    if (part === undefined || !started.has(part)) {
      throw new ManagementError("PLUGIN_NOT_STARTED", `plugin "${restarted}" of service "${name}" has not started`);
    }
    await started.stop(part, config);
    try {
      await started.start([part], config, stopping.signal);
    } catch (error) {
      lifeCycle.lost(error);
      throw error;
    }
  }

  return {
    start(startOptions = {}) {
      starting ??= manage(() => startUp(startOptions));
      return starting;
    },
    stop() {
      closing ??= queue.enqueue(() => lifeCycle.deactivate());
      stopping.abort(new ManagementError("CLOSED", `service "${name}" has been stopped`));
      return closing;
    },
    setAdminStatus: (status, reason) => manageStarted(() => setAdminStatus(status, reason)),
    async reconfigure(given) {
      const { listed, values } = splitUpdate<Plugin<C> | string>(given);
      return manageStarted((present) => change(present, { listed, update: values, tells: true }));
    },
    replacePlugins: (listed) => manageStarted((present) => change(present, { listed, update: {}, tells: true })),
    async addPlugin(plugin, given) {
      const update = given && splitUpdate(given).values;
      return manageStarted((present) => addPlugin(present, plugin, update));
    },
    removePlugin: (removed) => manageStarted((present) => removePlugin(present, removed)),
    restartPlugin: (restarted) => manageStarted((present) => restartPlugin(present, restarted)),
  };
}

interface ChangeRequest<C extends Callbacks> {
  readonly listed?: Snapshot<C>["listed"] | undefined;
  readonly update: Config | undefined;
  /** Whether plugins are told by `updated`. */
  readonly tells: boolean;
}
