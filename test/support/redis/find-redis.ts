import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { failureLine, unpackPackages } from "../debian/unpack-packages.js";
import { repositoryRoot } from "../repository.js";

const run = promisify(execFile);
const unpacked = join(repositoryRoot, ".cache", "redis", "packages");
const commandMs = 10_000;

/** A program that serves Redis's protocol. */
export interface RedisProgram {
  readonly path: string;
  /** Where its shared libraries are, if not in the system's own places. */
  readonly libraries: string | undefined;
}

/** A server that runs here, or why there is none. */
export type FoundRedis = RedisProgram | { readonly path?: undefined; readonly missing: string };

// The server's binary is in redis-tools, redis-server links to it. The libraries are those that a small image lacks.
const packages = {
  suite: "bookworm",
  names: ["redis-server", "redis-tools", "libatomic1", "libjemalloc2", "liblzf1", "libssl3"],
};

/**
 * Looks at REDIS_BIN, then at what was unpacked before, then at PATH (Redis or Valkey), then unpacks Debian's package
 * under `.cache/`, without root and only once.
 */
export async function findRedis(): Promise<FoundRedis> {
  const named = process.env.REDIS_BIN;
  if (named !== undefined && named !== "") {
    const program = { path: named, libraries: undefined };
    return (await runs(program)) ? program : missing(`REDIS_BIN ${JSON.stringify(named)} does not run`);
  }
  const onPath = ["redis-server", "valkey-server"].map((path) => ({ path, libraries: undefined }));
  for (const program of [debian(), ...onPath]) if (await runs(program)) return program;
  try {
    await unpackPackages(packages, unpacked);
  } catch (error) {
    return missing(`not on PATH, and Debian's package cannot be had: ${failureLine(error)}`);
  }
  return (await runs(debian())) ? debian() : missing("Debian's package does not run here");
}

function debian(): RedisProgram {
  const triplet = `${process.arch === "arm64" ? "aarch64" : "x86_64"}-linux-gnu`;
  return { path: join(unpacked, "usr/bin/redis-server"), libraries: join(unpacked, "usr/lib", triplet) };
}

function missing(reason: string): FoundRedis {
  process.stderr.write(`SKIPPED redis: ${reason}\n`);
  return { missing: reason };
}

async function runs({ path, libraries }: RedisProgram): Promise<boolean> {
  return run(path, ["--version"], { timeout: commandMs, env: redisEnv(libraries) }).then(
    () => true,
    () => false,
  );
}

/** What the program's environment must be. */
export function redisEnv(libraries: string | undefined): NodeJS.ProcessEnv {
  return libraries === undefined ? process.env : { ...process.env, LD_LIBRARY_PATH: libraries };
}
