import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { Code, codeName, Reason } from "@weft/core";
import { repositoryRoot, workspaceFolders } from "../support/repository.js";

const read = (file: string) => readFileSync(join(repositoryRoot, file), "utf8");
const readme = read("README.md");

/** The cells of the table whose first heading is this. */
function table(heading: string): string[][] {
  const [, rows = ""] = new RegExp(`^\\| ${heading} \\|.*\\n\\| --- .*\\n((?:\\|.*\\n)+)`, "m").exec(readme) ?? [];
  return rows
    .trim()
    .split("\n")
    .map((row) => row.slice(2, -2).split(" | "));
}

const words = (cell = "") => [...cell.matchAll(/`([^`]+)`/g)].map(([, word = ""]) => word);

test("every field that a function can declare has a row, and no other", () => {
  const [, fields = ""] =
    /^export interface Definition \{$(.*?)^\}$/ms.exec(read("libs/mesh/src/definition/definition.ts")) ?? [];
  const declared = [...fields.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, name = ""]) => name);

  const named = table("field").flatMap(([field]) => words(field));

  expect([...named, "service", "function"].sort()).toEqual([...declared, "handler"].sort());
});

test("every reason of the mesh stands in the row of each code that it comes with", () => {
  const shown = table("code").flatMap(([code, reasons]) =>
    words(reasons)
      .filter((word) => Object.values<string>(Reason).includes(word))
      .map((reason) => `${words(code)[0]} ${reason}`),
  );

  expect([...shown].sort()).toEqual([...thrownErrors()].sort());
  expect(new Set(shown.map((row) => row.split(" ")[1]))).toEqual(new Set(Object.values(Reason)));
});

test("every dependency has a row that says why, and no row has lost its dependency", () => {
  const manifests = [".", ...workspaceFolders(repositoryRoot)].map((folder) =>
    JSON.parse(read(join(folder, "package.json"))),
  );
  const declared = manifests.flatMap(({ dependencies, devDependencies, overrides }) =>
    Object.keys({ ...dependencies, ...devDependencies, ...overrides }),
  );
  const foreign = new Set(declared.filter((name) => !name.startsWith("@weft/")));

  const rows = table("dependency");

  expect(rows.flatMap(([names]) => words(names)).sort()).toEqual([...foreign].sort());
  expect(rows.every(([, why = ""]) => why.trim() !== "")).toBe(true);
});

/** Each pair of code and reason that the code throws, as `CODE REASON`. */
function thrownErrors(): ReadonlySet<string> {
  // Reasons that do not stand in the same expression as their code.
  const found = new Set([
    "UNIMPLEMENTED FUNCTION_DISABLED",
    "INVALID_ARGUMENT VALIDATION_FAILED",
    "UNAVAILABLE PAUSED",
  ]);
  for (const source of ["libs", "services"].flatMap(sourcesOf))
    for (const { index } of source.matchAll(/new WeftError\(/g)) {
      const [, code = "", reason] =
        /\(\s*Code\.(\w+)(?:.*?reason: Reason\.(\w+))?/s.exec(inParentheses(source, index)) ?? [];
      if (reason !== undefined)
        found.add(`${codeName(Code[code as keyof typeof Code])} ${Reason[reason as keyof typeof Reason]}`);
    }
  return found;
}

function inParentheses(source: string, from: number): string {
  let depth = 0;
  let end = source.indexOf("(", from);
  do {
    if (source[end] === "(") depth++;
    if (source[end] === ")") depth--;
    end++;
  } while (depth > 0);
  return source.slice(from, end);
}

function sourcesOf(folder: string): string[] {
  return readdirSync(join(repositoryRoot, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => /\/src\/.*\.ts$/.test(name) && !/node_modules|\/gen\/|\.test\.ts$|testkit/.test(name))
    .map((name) => read(join(folder, name)));
}
