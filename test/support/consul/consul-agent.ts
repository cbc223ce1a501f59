import { freePort } from "../free-port.js";
import { serverProcess } from "../server-program.js";

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

/** Runs `path` as a development agent until it has a leader. `extra` are more arguments for it. */
export async function startConsulAgent(path: string, extra: readonly string[] = []): Promise<ConsulAgent> {
  const [port, serf, server] = await Promise.all([freePort(), freePort(), freePort()]);
  const ports = [`-http-port=${port}`, `-serf-lan-port=${serf}`, `-server-port=${server}`];
  const off = ["-dns-port=-1", "-serf-wan-port=-1", "-hcl=ports { grpc = -1 }"];
  const own = [`-node=weft-${port}`, "-disable-host-node-id", "-log-level=err"];
  const args = ["agent", "-dev", `-bind=${host}`, `-client=${host}`, ...ports, ...off, ...own, ...extra];
  const agent = serverProcess({ name: "consul", path, args, isReady: () => hasLeader(port) });

  await agent.start();
  return { host, port, start: agent.start, stop: agent.stop };
}

async function hasLeader(port: number): Promise<boolean> {
  try {
    const answer = await fetch(`http://${host}:${port}/v1/status/leader`, { headers: { connection: "close" } });
    return answer.ok && (await answer.json()) !== "";
  } catch {
    return false; // not listening yet
  }
}
