import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { compile, isTypeScript } from "./compile.js";

const nodeModules = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "..", "..", "node_modules");
const compilerOptions = {
  rootDir: "src",
  outDir: "dist",
  module: "nodenext",
  strict: true,
  composite: true,
  types: [],
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "weft-compile-"));
  mkdirSync(join(folder, "src"));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
});
afterEach(() => rmSync(folder, { recursive: true }));

function makeTypeScript(source: string): void {
  symlinkSync(nodeModules, join(folder, "node_modules"));
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["src"] }));
  writeFileSync(join(folder, "src", "main.ts"), source);
}

const compiled = () => readFileSync(join(folder, "dist", "main.js"), "utf8");
const run = () => compile({ nodePath: process.execPath, folder });

test("a folder is compiled if it has a tsconfig.json", () => {
  expect(isTypeScript(folder)).toBe(false);
  makeTypeScript("export {};");
  expect(isTypeScript(folder)).toBe(true);
});

test("what compiles is written; a mistake is told, and leaves what was written before", async () => {
  makeTypeScript("export const answer: number = 42;");
  expect(await run()).toBe(undefined);
  expect(compiled()).toContain("answer = 42");

  writeFileSync(join(folder, "src", "main.ts"), 'export const answer: number = "many";');
  expect(await run()).toContain("TS2322");
  expect(compiled()).toContain("answer = 42");
}, 30_000);

test("without a typescript in the project it says what to install", async () => {
  writeFileSync(join(folder, "tsconfig.json"), "{}");
  expect(await run()).toMatch(/npm install --save-dev typescript/);
  expect(existsSync(join(folder, "dist"))).toBe(false);
});
