import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { freePort } from "../free-port.js";

/** A real Consul on ports of its own, with nothing on disk: a restart has forgotten everything. */
export interface ConsulAgent {
  readonly host: string;
  readonly port: number;
  /** Kills it, as a crash does. */
  stop(): Promise<void>;
  /** Starts it again, empty, on the same ports. */
  start(): Promise<void>;
}

const host = "127.0.0.1";
const startMs = 20_000;

/** Runs `path` as a development agent until it has a leader. `extra` are more arguments for it. */
export async function startConsulAgent(path: string, extra: readonly string[] = []): Promise<ConsulAgent> {
  const [port, serf, server] = await Promise.all([freePort(), freePort(), freePort()]);
  const ports = [`-http-port=${port}`, `-serf-lan-port=${serf}`, `-server-port=${server}`];
  const off = ["-dns-port=-1", "-serf-wan-port=-1", "-hcl=ports { grpc = -1 }"];
  const own = [`-node=weft-${port}`, "-disable-host-node-id", "-log-level=err"];
  const args = ["agent", "-dev", `-bind=${host}`, `-client=${host}`, ...ports, ...off, ...own, ...extra];
  let child: ChildProcess | undefined;

  const killChild = () => {
    child?.kill("SIGKILL");
  };

  async function start(): Promise<void> {
    const started = spawn(path, args, { stdio: ["ignore", "pipe", "pipe"] });
    child = started;
    process.once("exit", killChild);
    let output = "";
    const collect = (chunk: Buffer) => {
      output = (output + chunk).slice(-2_000);
    };
    started.stdout.on("data", collect);
    started.stderr.on("data", collect);

    const untilMs = Date.now() + startMs;
    while (!(await hasLeader(port))) {
      if (started.exitCode !== null) throw new Error(`consul ended with ${started.exitCode}: ${output}`);
      if (Date.now() > untilMs) {
        await stop();
        throw new Error(`consul has no leader after ${startMs} ms: ${output}`);
      }
      await delay(50);
    }
  }

  async function stop(): Promise<void> {
    process.off("exit", killChild);
    const stopped = child;
    child = undefined;
    if (stopped === undefined || stopped.exitCode !== null || stopped.signalCode !== null) return;
    stopped.kill("SIGKILL");
    await once(stopped, "exit");
  }

  await start();
  return { host, port, start, stop };
}

async function hasLeader(port: number): Promise<boolean> {
  try {
    const answer = await fetch(`http://${host}:${port}/v1/status/leader`, { headers: { connection: "close" } });
    return answer.ok && (await answer.json()) !== "";
  } catch {
    return false; // not listening yet
  }
}
