import { execFile } from "node:child_process";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { repositoryRoot } from "./repository.js";

const run = promisify(execFile);

/** A Python that has gRPC and protoc, in an environment of its own under `.cache`; or why there is none. */
export async function findPython(): Promise<{ readonly python: string } | { readonly reason: string }> {
  const folder = join(repositoryRoot, ".cache", "python");
  const python = join(folder, "bin", "python");
  if (existsSync(join(folder, "complete"))) return { python };
  try {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(join(repositoryRoot, ".cache"), { recursive: true });
    await run("python3", ["-m", "venv", folder]);
    await run(python, ["-m", "pip", "install", "--quiet", "grpcio-tools", "googleapis-common-protos"], {
      timeout: 120_000,
    });
    mkdirSync(join(folder, "complete"));
    return { python };
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    return {
      reason: `no Python with grpcio-tools could be set up (${String((error as Error).message).split("\n")[0]})`,
    };
  }
}
