import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { repositoryRoot } from "../repository.js";
import { debianSources } from "./apt-sources.js";

const run = promisify(execFile);
const cacheFolder = join(repositoryRoot, ".cache", "consul");
const unpacked = join(cacheFolder, "consul");
const commandMs = 60_000;
const lockMs = 180_000;

/** A Consul that runs here, or why there is none. */
export type FoundConsul =
  | { readonly path: string; readonly missing?: undefined }
  | { readonly path?: undefined; readonly missing: string };

/** Looks at CONSUL_BIN, then at PATH, then unpacks Debian's package under `.cache/`, without root and only once. */
export async function findConsul(): Promise<FoundConsul> {
  const named = process.env.CONSUL_BIN;
  const candidates = named === undefined || named === "" ? ["consul", unpacked] : [named];
  for (const path of candidates) if (await runs(path)) return { path };
  if (candidates.length === 1) return missing(`CONSUL_BIN ${JSON.stringify(named)} does not run`);
  try {
    await alone(unpack);
  } catch (error) {
    return missing(`not on PATH, and Debian's package cannot be had: ${firstLine(error)}`);
  }
  return (await runs(unpacked)) ? { path: unpacked } : missing("Debian's package does not run here");
}

function missing(reason: string): FoundConsul {
  process.stderr.write(`SKIPPED consul: ${reason}\n`);
  return { missing: reason };
}

function firstLine(error: unknown): string {
  const { stderr, message } = Object(error) as { stderr?: string; message?: string };
  return String(stderr || message).split("\n")[0] ?? "";
}

async function runs(path: string): Promise<boolean> {
  return run(path, ["version"], { timeout: commandMs }).then(
    () => true,
    () => false,
  );
}

// Not in Debian since: bullseye is the last suite that carries Consul.
const suite = "bullseye";

async function unpack(): Promise<void> {
  if (existsSync(unpacked)) return;
  const sources = debianSources(suite);
  if (sources.length === 0) throw new Error("the machine has no Debian sources");
  const work = await mkdtemp(join(cacheFolder, "unpack-"));
  try {
    await mkdir(join(work, "state/lists/partial"), { recursive: true });
    await mkdir(join(work, "cache/archives/partial"), { recursive: true });
    await writeFile(join(work, "sources.list"), `${sources.join("\n")}\n`);
    const settings = {
      "Dir::State": join(work, "state"),
      "Dir::Cache": join(work, "cache"),
      "Dir::Etc::sourcelist": join(work, "sources.list"),
      "Dir::Etc::sourceparts": "/dev/null",
      "Acquire::Languages": "none",
    };
    const options = Object.entries(settings).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
    const limits = { cwd: work, timeout: commandMs };
    await run("apt-get", [...options, "update"], limits);
    await run("apt-get", [...options, "download", "consul"], limits);
    const archive = (await readdir(work)).find((name) => name.endsWith(".deb"));
    if (archive === undefined) throw new Error("apt-get downloaded nothing");
    await run("dpkg", ["-x", archive, "package"], limits);
    const binary = join(work, "consul");
    await copyFile(join(work, "package/usr/bin/consul"), binary);
    await chmod(binary, 0o755);
    await rename(binary, unpacked); // whole or not at all
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Runs `action` while no other process does: test files run side by side. */
async function alone(action: () => Promise<void>): Promise<void> {
  await mkdir(cacheFolder, { recursive: true });
  const lock = join(cacheFolder, "lock");
  const untilMs = Date.now() + lockMs;
  while (!(await taken(lock))) {
    if (Date.now() > untilMs) throw new Error(`another process holds ${lock}`);
    await delay(100);
  }
  try {
    await action();
  } finally {
    await rm(lock, { force: true });
  }
}

async function taken(lock: string): Promise<boolean> {
  try {
    await writeFile(lock, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  const holder = Number(await readFile(lock, "utf8").catch(() => ""));
  if (holder > 0 && !isAlive(holder)) await rm(lock, { force: true }); // left behind by a process that was killed
  return false;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
