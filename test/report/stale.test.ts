import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { removeStaleTests } from "./stale.js";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "weft-stale-"));
});
afterEach(() => rmSync(root, { recursive: true }));

test("compiled tests go with their source; everything else stays", () => {
  const kept = ["libs/core/dist/a/kept.test.js", "libs/core/dist/code.js", "test/dist/kept.test.js"];
  const gone = ["libs/core/dist/a/gone.test.js", "libs/core/dist/a/gone.test.d.ts.map", "test/dist/gone.test.js"];
  for (const file of ["libs/core/src/a/kept.test.ts", "test/kept.test.ts", "services/cache/src/index.ts"]) write(file);
  for (const file of [...kept, ...gone]) write(file);

  removeStaleTests(root);

  expect(kept.filter(exists)).toEqual(kept);
  expect(gone.filter(exists)).toEqual([]);
});

function write(file: string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), "");
}

function exists(file: string): boolean {
  return existsSync(join(root, file));
}
