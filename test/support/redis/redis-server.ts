import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { freePort } from "../free-port.js";
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
const startMs = 20_000;

/** Runs `program` until it answers. `extra` are more arguments for it, as `["--requirepass", "x"]`. */
export async function startRedisServer(program: RedisProgram, extra: readonly string[] = []): Promise<RedisServer> {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), "weft-redis-"));
  const own = ["--bind", host, "--port", String(port), "--dir", folder, "--save", "", "--appendonly", "no"];
  let child: ChildProcess | undefined;

  const killChild = () => {
    child?.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  };

  async function start(): Promise<void> {
    const options = { stdio: ["ignore", "pipe", "pipe"] as ["ignore", "pipe", "pipe"] };
    const started = spawn(program.path, [...own, ...extra], { ...options, env: redisEnv(program.libraries) });
    child = started;
    process.once("exit", killChild);
    let output = "";
    const collect = (chunk: Buffer) => {
      output = (output + chunk).slice(-2_000);
    };
    started.stdout.on("data", collect);
    started.stderr.on("data", collect);

    const untilMs = Date.now() + startMs;
    while (!(await answers(port))) {
      if (started.exitCode !== null) throw new Error(`redis ended with ${started.exitCode}: ${output}`);
      if (Date.now() > untilMs) {
        await stop();
        throw new Error(`redis does not answer after ${startMs} ms: ${output}`);
      }
      await delay(20);
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
  return {
    port,
    url: `redis://${host}:${port}`,
    freeze: () => void child?.kill("SIGSTOP"),
    thaw: () => void child?.kill("SIGCONT"),
    start,
    stop,
    async close() {
      await stop();
      await rm(folder, { recursive: true, force: true });
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
