import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { workspaceFolders } from "../support/repository.js";

/** Deletes compiled tests whose source is gone, which `tsc -b` leaves behind and jest would go on running. */
export function removeStaleTests(root: string): void {
  for (const folder of workspaceFolders(root)) {
    const dist = join(root, folder, "dist");
    if (!existsSync(dist)) continue;
    const sources = join(root, folder, folder === "test" ? "" : "src");
    for (const file of readdirSync(dist, { recursive: true, encoding: "utf8" })) {
      if (!file.endsWith(".test.js")) continue;
      const name = file.slice(0, -".js".length);
      if (existsSync(join(sources, `${name}.ts`))) continue;
      for (const suffix of [".js", ".js.map", ".d.ts", ".d.ts.map"]) rmSync(join(dist, name + suffix), { force: true });
    }
  }
}
