import { once } from "node:events";
import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../free-port.js";
import { serverProcess } from "../server-program.js";
import { type RedisProgram, redisEnv } from "./find-redis.js";

/** A real Redis on a loopback port of its own, that writes nothing to disk: a restart has forgotten everything. */
export interface RedisServer {
  readonly port: number;
  readonly url: string;
  /** Lets it hang: it stays connected and answers nothing. */
  freeze(): void;
  thaw(): void;
  /** Kills it, as a crash does. */
  stop(): Promise<void>;
  /** Starts it again, empty, on the same port. */
  start(): Promise<void>;
  /** Stops it and removes its folder. */
  close(): Promise<void>;
}

const host = "127.0.0.1";

/** Runs `program` until it answers. `extra` are more arguments for it, as `["--requirepass", "x"]`. */
export async function startRedisServer(program: RedisProgram, extra: readonly string[] = []): Promise<RedisServer> {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), "weft-redis-"));
  const own = ["--bind", host, "--port", String(port), "--dir", folder, "--save", "", "--appendonly", "no"];
  const server = serverProcess({
    name: "redis",
    path: program.path,
    args: [...own, ...extra],
    env: redisEnv(program.libraries),
    isReady: () => answers(port),
  });
  const removeFolder = () => rmSync(folder, { recursive: true, force: true });
  process.once("exit", removeFolder);

  await server.start();
  return {
    port,
    url: `redis://${host}:${port}`,
    freeze: () => server.signal("SIGSTOP"),
    thaw: () => server.signal("SIGCONT"),
    start: server.start,
    stop: server.stop,
    async close() {
      await server.stop();
      process.off("exit", removeFolder);
      removeFolder();
    },
  };
}

/** Whether a PING gets any answer at all; one that asks for a password is one. */
async function answers(port: number): Promise<boolean> {
  const socket = connect(port, host);
  try {
    await once(socket, "connect");
    socket.write("PING\r\n");
    await once(socket, "data");
    return true;
  } catch {
    return false; // not listening yet
  } finally {
    socket.destroy();
  }
}
