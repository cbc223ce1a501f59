import type { Clock } from "@weft/core";
import { withGateway } from "../gateway.js";
import type { Terminal } from "../terminal.js";
import type { DevEnvironment } from "./dev-environment.js";
import type { DevLog } from "./dev-log.js";
import { type KeptProcess, keepRunning } from "./kept-process.js";
import { ProcessFailed } from "./process-failed.js";
import type { Project, ProjectService } from "./project.js";
import { reloadOnChange } from "./reload.js";
import { type Addresses, launch } from "./service-process.js";
import { whenServing } from "./when-listed.js";

export interface DevMeshOptions {
  readonly project: Project;
  readonly environment: DevEnvironment;
  readonly nodePath: string;
  readonly log: DevLog;
  readonly clock: Clock;
}

/** One process of a mesh that is ready. */
export interface ReadyProcess extends Addresses {
  readonly name: string;
  readonly service: string;
  readonly pid: number | undefined;
}

/** All processes of a project. */
export interface DevMesh {
  /** Starts them: the gateway first, for it has the registry, then all others at once. Rejects with a ProcessFailed. */
  start(): Promise<readonly ReadyProcess[]>;
  /** Rejects with a ProcessFailed when one of them died too often. */
  readonly givenUp: Promise<never>;
  /** Lets them finish: the services first, the gateway with the registry last. True if all ended well. */
  stop(): Promise<boolean>;
  kill(): void;
}

/** The environment of the process of that number, which may have had addresses before. */
type EnvironmentOf = (index: number, had: Addresses | undefined) => Terminal["env"];

/** The names of the processes of a service: numbered if it has several. */
export function processNames({ service, nodes }: ProjectService): readonly string[] {
  return nodes === 1 ? [service] : Array.from({ length: nodes }, (_, index) => `${service}-${index + 1}`);
}

export function createDevMesh(options: DevMeshOptions): DevMesh {
  const { project, environment, nodePath, log, clock } = options;
  const processes: KeptProcess[] = [];
  const unwatch: (() => Promise<void>)[] = [];
  const stopping = new AbortController();
  let gatewayAddress = "";
  let giveUp = (_error: unknown) => {};
  const givenUp = new Promise<never>((_resolve, reject) => {
    giveUp = reject;
  });
  givenUp.catch(() => {}); // before anybody listens

  async function run(
    { service, entry }: ProjectService,
    name: string,
    env: (had: Addresses | undefined) => Terminal["env"],
  ): Promise<{ readonly kept: KeptProcess; readonly ready: ReadyProcess }> {
    if (stopping.signal.aborted) throw new ProcessFailed(`${name} was not started`, { exitCode: 1 });
    const kept = keepRunning({
      name,
      launch: (had) => launch({ name, nodePath, entry, env: env(had), log, clock }),
      whenServing: whenGatewaySees,
      log,
      clock,
      random: Math.random,
    });
    processes.push(kept);
    kept.givenUp.catch(giveUp);
    const addresses = await kept.ready;
    return { kept, ready: { name, service, pid: kept.pid, ...addresses } };
  }

  /** A gateway that cannot say so is no reason to keep two versions of a service. */
  async function whenGatewaySees({ meshAddress }: Addresses): Promise<void> {
    try {
      await withGateway({ address: gatewayAddress }, (gateway) =>
        whenServing(gateway, meshAddress, { clock, signal: stopping.signal }),
      );
    } catch (error) {
      await log.say("warn", `the gateway does not say whether it sees ${meshAddress}: ${String(error)}`);
    }
  }

  /** All processes of one service, which follow its code from then on. */
  async function runAll(service: ProjectService, env: EnvironmentOf): Promise<readonly ReadyProcess[]> {
    const started = await Promise.all(
      processNames(service).map((name, index) => run(service, name, (had) => env(index, had))),
    );
    if (!stopping.signal.aborted)
      unwatch.push(reloadOnChange({ service, processes: started.map(({ kept }) => kept), nodePath, log, clock }));
    return started.map(({ ready }) => ready);
  }

  return {
    givenUp,

    async start() {
      const gateway = await runAll(project.gateway, (_index, had) => environment.gateway(had));
      const { meshAddress = "", publicAddress = "" } = gateway[0] ?? {};
      gatewayAddress = publicAddress;
      const others = project.services.map((service) =>
        runAll(service, (index, had) => environment.service(index, meshAddress, had)),
      );
      return [...gateway, ...(await Promise.all(others)).flat()];
    },

    async stop() {
      stopping.abort();
      const unwatched = unwatch.map((end) => end());
      const [gateway, ...services] = processes;
      const ended = await Promise.all(services.map((service) => service.stop()));
      const isWell = [...ended, (await gateway?.stop()) ?? true].every(Boolean);
      await Promise.all(unwatched);
      return isWell;
    },

    kill() {
      stopping.abort();
      for (const each of processes) each.kill();
    },
  };
}
