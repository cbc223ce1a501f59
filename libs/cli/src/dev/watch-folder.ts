import { basename, join } from "node:path";
import type { Clock } from "@weft/core";
import { watch } from "chokidar";

export interface WatchFolderOptions {
  /** Files and folders; what is not there yet is waited for. */
  readonly paths: readonly string[];
  readonly onChange: () => void;
  readonly clock: Clock;
}

// Editors and compilers write several files at once, and some of them twice.
const quietMs = 100;

/** Tells once of changes that come together. The answer ends it. */
export function watchFolder({ paths, onChange, clock }: WatchFolderOptions): () => Promise<void> {
  let cancel = () => {};
  const watcher = watch([...paths], { ignoreInitial: true, ignored: (path) => basename(path) === "node_modules" });
  watcher.on("all", () => {
    cancel();
    cancel = clock.after(quietMs, onChange);
  });
  return () => {
    cancel();
    return watcher.close();
  };
}

/** Where the code of a service stands that is written by people: compiled code only where nothing is compiled. */
export function sourcesOf(folder: string, isCompiled: boolean): readonly string[] {
  return [join(folder, isCompiled ? "src" : "dist"), join(folder, "package.json")];
}
