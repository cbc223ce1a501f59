import { existsSync, readFileSync } from "node:fs";
import { cpus, loadavg, release, totalmem, type } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Where figures were taken; without it they mean nothing. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly os: string;
  /** Of the last minute, before the run: above 0.5 somebody else was at work. */
  readonly load: number;
}

export function describeMachine(): Machine {
  const cores = cpus();
  return {
    cpu: cores[0]?.model.trim() ?? "unknown",
    cores: cores.length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    os: `${type()} ${release()}`,
    load: Number((loadavg()[0] ?? 0).toFixed(2)),
  };
}

/** Node's, V8's and those of `packages` as installed. */
export function versionsOf(packages: readonly string[]): Record<string, string> {
  const { node, v8 } = process.versions;
  return { node, v8, ...Object.fromEntries(packages.map((name) => [name, versionOf(name)])) };
}

// Not every package exports its package.json, so look upwards from its entry.
function versionOf(name: string): string {
  for (let folder = dirname(fileURLToPath(import.meta.resolve(name))); ; folder = dirname(folder)) {
    const file = join(folder, "package.json");
    const manifest: unknown = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
    if (isManifest(manifest) && manifest.name === name) return manifest.version;
    if (folder === dirname(folder)) throw new Error(`no package.json for "${name}"`);
  }
}

function isManifest(value: unknown): value is { readonly name: string; readonly version: string } {
  return typeof value === "object" && value !== null && "name" in value && "version" in value;
}
