import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "@jest/globals";
import { repositoryRoot } from "../../support/repository.js";
import { greeter } from "./greeting.js";

const readme = readFileSync(join(repositoryRoot, "libs/plugin-chain/README.md"), "utf8");

/** Code blocks below `<!-- path -->`; those of one path follow each other, a blank line between them. */
const samples = new Map<string, string>();
for (const [, path = "", code = ""] of readme.matchAll(/^<!-- (\S+) -->\n```\w+\n(.*?)^```/gms)) {
  const before = samples.get(path);
  samples.set(path, before === undefined ? code : `${before}\n${code}`);
}

test.each([...samples])("the guide shows %s as it is", (path, code) => {
  expect(code).toBe(readFileSync(join(repositoryRoot, path), "utf8"));
});

test("every code block of the guide is a file", () => {
  expect(readme.match(/^```ts/gm)?.length).toBe([...readme.matchAll(/^<!-- \S+\.ts -->/gm)].length);
  expect(new Set([...samples.keys()].map(dirname))).toEqual(
    new Set(["test/integration/plugin-chain", "test/integration/plugin-chain/rate-statistics"]),
  );
});

test("the first sample does what its comments say", async () => {
  expect(await greeter.call.greet("ann")).toBe("hello ann!");
  expect(() => greeter.call.admit("stranger")).toThrow("no strangers");
  await greeter.stop();
});

test("the guide names every code of an error that a chain or a service throws", () => {
  const codes = ["chain-error.ts", "plugin-error.ts", "management-error.ts"].flatMap((file) => {
    const source = readFileSync(join(repositoryRoot, "libs/plugin-chain/src", file), "utf8");
    return [...source.matchAll(/"([A-Z]+(?:_[A-Z]+)*)"/g)].map(([, code]) => code ?? "");
  });

  expect(codes.filter((code) => !readme.includes(`\`${code}\``))).toEqual([]);
});
