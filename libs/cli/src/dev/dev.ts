import { type Clock, systemClock } from "@weft/core";
import type { Command } from "commander";
import { withGateway } from "../gateway.js";
import { createPaint, type Paint } from "../output/paint.js";
import type { Terminal } from "../terminal.js";
import { type DevOptions, devEnvironment } from "./dev-environment.js";
import { type DevLog, rawLog, readableLog } from "./dev-log.js";
import { createDevMesh, type DevMesh, processNames } from "./dev-mesh.js";
import { ProcessFailed } from "./process-failed.js";
import { type Project, readProject } from "./project.js";
import { readyLine, readyText } from "./ready-report.js";
import { whenListed } from "./when-listed.js";

interface DevCommandOptions extends DevOptions {
  readonly json?: boolean;
}

/** `weft dev`: the services of a project as processes, until it is told to stop. */
export function addDev(command: Command, terminal: Terminal): void {
  command
    .argument("[folders...]", "the services' folders (default: every services/* with a weft entry in its package.json)")
    .option("--listen <address>", "of the gateway (default: WEFT_LISTEN or 127.0.0.1:7400); port 0: free ports for all")
    .option(
      "--mesh-listen <address>",
      "of the gateway for other services (default: WEFT_MESH_LISTEN or 127.0.0.1:7401)",
    )
    .option("--consul <address>", "find nodes through this Consul agent, not through the gateway's own registry")
    .option("--json", "print log lines as they are, and one JSON line when all is ready")
    .description("Start every service of the project in this folder.")
    .action((folders: string[], options: DevCommandOptions) => dev(folders, options, terminal, systemClock));
}

async function dev(
  folders: readonly string[],
  options: DevCommandOptions,
  terminal: Terminal,
  clock: Clock,
): Promise<void> {
  const { cwd, env, nodePath, out, err, stop, kill } = terminal;
  const paint = createPaint(terminal.useColor);
  const project = readProject(cwd, folders);
  const environment = devEnvironment(env, options);
  const log = options.json ? rawLog(out, err, clock) : readableLog(out, namesOf(project), paint, clock);
  const mesh = createDevMesh({ project, environment, nodePath, log, clock });

  const stopped = fired(stop);
  const killed = fired(kill).then((): never => {
    mesh.kill();
    throw new ProcessFailed("ended at once: what was under way is lost", { exitCode: 1 });
  });
  try {
    const running = run(mesh, terminal, { log, isRaw: options.json ?? false, paint, clock });
    await Promise.race([running, stopped, killed]);
  } catch (error) {
    await Promise.race([mesh.stop(), killed]);
    throw explained(error);
  }
  await Promise.race([drain(mesh, log), killed]);
}

interface ReportOptions {
  readonly log: DevLog;
  /** For programs. */
  readonly isRaw: boolean;
  readonly paint: Paint;
  readonly clock: Clock;
}

/** Starts the mesh and says when it is ready. Ends only by a failure. */
async function run(
  mesh: DevMesh,
  { out, stop }: Terminal,
  { log, isRaw, paint, clock }: ReportOptions,
): Promise<never> {
  const startedAtMs = clock.now();
  const [gateway, ...services] = await mesh.start();
  if (gateway?.publicAddress === undefined)
    throw new ProcessFailed("the gateway listens for no clients", { exitCode: 1 });
  const addresses = services.map(({ meshAddress }) => meshAddress);
  const { functions, missing } = await withGateway({ address: gateway.publicAddress }, (connection) =>
    whenListed(connection, addresses, { clock, signal: stop }),
  );
  const unlisted = services.filter(({ meshAddress }) => missing.includes(meshAddress)).map(({ name }) => name);
  if (unlisted.length > 0)
    await log.say("warn", `the gateway does not list the functions of ${unlisted.join(", ")}: the log may say why`);
  const ready = { gateway, services, functions, elapsedMs: clock.now() - startedAtMs };
  await out.write(isRaw ? readyLine(ready) : readyText(ready, paint));
  return mesh.givenUp;
}

async function drain(mesh: DevMesh, log: DevLog): Promise<void> {
  await log.say("info", "stopping: services finish what is under way (again to end at once)");
  if (!(await mesh.stop())) throw new ProcessFailed("not every process ended well", { exitCode: 1 });
}

function namesOf({ gateway, services }: Project): readonly string[] {
  return [gateway, ...services].flatMap(processNames);
}

function fired(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** A port in use is the commonest failure, and mostly another `weft dev`. */
function explained(error: unknown): unknown {
  if (!(error instanceof ProcessFailed) || !error.lastWords.some((words) => words.includes("the port is in use")))
    return error;
  const { message, exitCode, lastWords } = error;
  return new ProcessFailed(message, {
    exitCode,
    lastWords,
    hint: 'another "weft dev" may be running; --listen 127.0.0.1:0 takes free ports',
  });
}
