import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repositoryRoot } from "../../support/repository.js";

/** A project of a user's own: services in JavaScript, beside our gateway. */
export interface Project {
  readonly path: string;
  /** One more service. */
  add(service: string, source: string): void;
  remove(): void;
}

/** Makes a project whose service runs `source`, which may import our packages. */
export function makeProject(service: string, source: string): Project {
  const path = mkdtempSync(join(tmpdir(), "weft-project-"));
  symlinkSync(join(repositoryRoot, "node_modules"), join(path, "node_modules"));
  const add = (service: string, source: string) => {
    const folder = join(path, "services", service);
    mkdirSync(join(folder, "dist"), { recursive: true });
    const manifest = { name: service, type: "module", weft: { service } };
    writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
    writeFileSync(join(folder, "dist", "main.js"), source);
  };
  add(service, source);
  symlinkSync(join(repositoryRoot, "services", "gateway"), join(path, "services", "gateway"));
  return { path, add, remove: () => rmSync(path, { recursive: true }) };
}
