import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repositoryRoot } from "../../support/repository.js";

/** A project of a user's own: one service, beside our gateway. */
export interface Project {
  readonly path: string;
  remove(): void;
}

/** Makes a project whose service runs `source`, which may import our packages. */
export function makeProject(service: string, source: string): Project {
  const path = mkdtempSync(join(tmpdir(), "weft-project-"));
  symlinkSync(join(repositoryRoot, "node_modules"), join(path, "node_modules"));
  mkdirSync(join(path, "services", service, "dist"), { recursive: true });
  symlinkSync(join(repositoryRoot, "services", "gateway"), join(path, "services", "gateway"));
  const manifest = { name: service, type: "module", weft: { service } };
  writeFileSync(join(path, "services", service, "package.json"), JSON.stringify(manifest));
  writeFileSync(join(path, "services", service, "dist", "main.js"), source);
  return { path, remove: () => rmSync(path, { recursive: true }) };
}
