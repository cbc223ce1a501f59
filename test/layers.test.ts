import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { layerProblems, type Manifest, type Workspace } from "./layers.js";
import { repositoryRoot, workspaceFolders } from "./support/repository.js";

test("dependencies point downwards, are declared, are used, and enter by the front door", () => {
  expect(layerProblems(readWorkspaces(), readManifest("."))).toEqual([]);
});

test.each([
  [
    "upwards",
    "core",
    { file: "libs/core/src/a.ts", imports: ["@weft/mesh"] },
    "@weft/core must not depend on @weft/mesh",
  ],
  [
    "sideways",
    "discovery",
    { file: "libs/discovery/src/a.ts", imports: ["@weft/plugin-chain"] },
    "@weft/discovery must not depend on @weft/plugin-chain",
  ],
  [
    "service to service",
    "places",
    { file: "services/places/src/a.ts", imports: ["@weft/cache"] },
    "@weft/places must not depend on @weft/cache",
  ],
  [
    "cli to a service",
    "cli",
    { file: "libs/cli/src/a.ts", imports: ["@weft/gateway"] },
    "@weft/cli must not depend on @weft/gateway",
  ],
  ["not in the layers", "extra", { file: "libs/extra/src/a.ts", imports: [] }, "@weft/extra has no row in the layers"],
])("a dependency is refused: %s", (_case, name, source, problem) => {
  const dependencies = Object.fromEntries(source.imports.map((imported) => [imported, "0.1.0"]));
  const known = ["mesh", "plugin-chain", "cache", "gateway"].map((each) => workspace(`@weft/${each}`));

  const problems = layerProblems([workspace(`@weft/${name}`, dependencies, [source]), ...known], { name: "weft" });

  expect(problems).toEqual([problem]);
});

test.each([
  ["undeclared", "libs/mesh/src/a.ts", "semver", "@weft/mesh does not declare semver"],
  [
    "a development dependency in shipped code",
    "libs/mesh/src/a.ts",
    "fast-check",
    "@weft/mesh does not declare fast-check",
  ],
  ["deep", "libs/mesh/src/a.ts", "@weft/core/dist/clock.js", "no entry in exports for @weft/core/dist/clock.js"],
  ["pino beside the logger", "libs/mesh/src/a.ts", "pino", "is no place to import pino"],
  ["gRPC in the chain", "libs/plugin-chain/src/a.ts", "@grpc/grpc-js", "is no place to import @grpc/grpc-js"],
  [
    "the logger in the chain",
    "libs/plugin-chain/src/a.ts",
    "@weft/core/logger",
    "is no place to import @weft/core/logger",
  ],
  ["a testkit in shipped code", "libs/mesh/src/a.ts", "@weft/core/testkit", "is no place to import @weft/core/testkit"],
])("an import is refused: %s", (_case, file, imported, problem) => {
  const name = file.startsWith("libs/mesh") ? "@weft/mesh" : "@weft/plugin-chain";
  const source = { file, imports: ["@weft/core", imported] };
  const user = workspace(name, { "@weft/core": "0.1.0", "@grpc/grpc-js": "1" }, [source], { "fast-check": "4" });

  const problems = layerProblems([user, workspace("@weft/core")], { name: "weft" });

  expect(problems).toEqual([`${file}: ${problem}`]);
});

test("a dependency that nothing imports is refused", () => {
  const mesh = workspace("@weft/mesh", { "@weft/core": "0.1.0" }, [{ file: "libs/mesh/src/a.ts", imports: [] }]);

  expect(layerProblems([mesh], { name: "weft" })).toEqual(["@weft/mesh declares @weft/core but does not import it"]);
});

function workspace(
  name: string,
  dependencies: Record<string, string> = {},
  sources: Workspace["sources"] = [],
  devDependencies: Record<string, string> = {},
): Workspace {
  const exports = { ".": "./dist/index.js", "./testkit": "./dist/testkit.js", "./logger": "./dist/logger.js" };
  return { manifest: { name, dependencies, devDependencies, exports }, sources };
}

function readWorkspaces(): Workspace[] {
  return workspaceFolders(repositoryRoot).map((folder) => ({
    manifest: readManifest(folder),
    sources: readSources(folder),
  }));
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(repositoryRoot, folder, "package.json"), "utf8")) as Manifest;
}

function readSources(folder: string): Workspace["sources"] {
  return readdirSync(join(repositoryRoot, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.ts$/.test(name) && !/(^|\/)(dist|node_modules|gen|bench)\//.test(name))
    .map((name) => `${folder}/${name}`)
    .map((file) => ({ file, imports: importsOf(readFileSync(join(repositoryRoot, file), "utf8")) }));
}

// Biome lays out every import so that its last line holds `from "…"`; a parser would add nothing but a dependency.
function importsOf(source: string): string[] {
  const statements = /^(?:import|export|\}).*? from "([^"]+)"|^import "([^"]+)"|\b(?:import|require)\("([^"]+)"\)/gm;
  return [...source.matchAll(statements)].map((match) => match[1] ?? match[2] ?? match[3] ?? "");
}
