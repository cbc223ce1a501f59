import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { debianSources } from "./apt-sources.js";
import { onlyProcess } from "./only-process.js";

const run = promisify(execFile);
const commandMs = 60_000;

export interface Packages {
  /** The suite of Debian to take them from, whatever the machine's own is. */
  readonly suite: string;
  readonly names: readonly string[];
}

/** Unpacks packages of Debian as the folder `into`, without root, unless it is there. Throws if they cannot be had. */
export async function unpackPackages({ suite, names }: Packages, into: string): Promise<void> {
  const folder = dirname(into);
  await mkdir(folder, { recursive: true });
  await onlyProcess(join(folder, "lock"), async () => {
    if (existsSync(into)) return;
    const sources = debianSources(suite);
    if (sources.length === 0) throw new Error("the machine has no Debian sources");
    const work = await mkdtemp(join(folder, "unpack-"));
    try {
      await download(sources, names, work);
      const archives = (await readdir(work)).filter((name) => name.endsWith(".deb"));
      if (archives.length < names.length) throw new Error(`apt-get downloaded ${archives.length} of ${names.length}`);
      for (const archive of archives) await run("dpkg", ["-x", archive, "unpacked"], { cwd: work, timeout: commandMs });
      await rename(join(work, "unpacked"), into); // whole or not at all
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  });
}

/** Nothing of the machine's own apt is read but its sources, and nothing of it changed. */
async function download(sources: readonly string[], names: readonly string[], work: string): Promise<void> {
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
  await run("apt-get", [...options, "download", ...names], limits);
}

/** Why it failed, in a line: what a command said, or the error itself. */
export function failureLine(error: unknown): string {
  const { stderr, message } = Object(error) as { stderr?: string; message?: string };
  return String(stderr || message).split("\n")[0] ?? "";
}
