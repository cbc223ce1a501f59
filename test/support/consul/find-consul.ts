import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { failureLine, unpackPackages } from "../debian/unpack-packages.js";
import { repositoryRoot } from "../repository.js";

const run = promisify(execFile);
const unpacked = join(repositoryRoot, ".cache", "consul", "package");
const binary = join(unpacked, "usr/bin/consul");
const commandMs = 60_000;

/** A Consul that runs here, or why there is none. */
export type FoundConsul =
  | { readonly path: string; readonly missing?: undefined }
  | { readonly path?: undefined; readonly missing: string };

// Not in Debian since: bullseye is the last suite that carries Consul.
const packages = { suite: "bullseye", names: ["consul"] };

/** Looks at CONSUL_BIN, then at PATH, then unpacks Debian's package under `.cache/`, without root and only once. */
export async function findConsul(): Promise<FoundConsul> {
  const named = process.env.CONSUL_BIN;
  const candidates = named === undefined || named === "" ? ["consul", binary] : [named];
  for (const path of candidates) if (await runs(path)) return { path };
  if (candidates.length === 1) return missing(`CONSUL_BIN ${JSON.stringify(named)} does not run`);
  try {
    await unpackPackages(packages, unpacked);
  } catch (error) {
    return missing(`not on PATH, and Debian's package cannot be had: ${failureLine(error)}`);
  }
  return (await runs(binary)) ? { path: binary } : missing("Debian's package does not run here");
}

function missing(reason: string): FoundConsul {
  process.stderr.write(`SKIPPED consul: ${reason}\n`);
  return { missing: reason };
}

async function runs(path: string): Promise<boolean> {
  return run(path, ["version"], { timeout: commandMs }).then(
    () => true,
    () => false,
  );
}
