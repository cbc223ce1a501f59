import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "@jest/globals";
import * as mesh from "@weft/mesh";
import { repositoryRoot } from "../../../support/repository.js";

const read = (file: string) => readFileSync(join(repositoryRoot, file), "utf8");
const readme = read("libs/mesh/README.md");
const samples = [...readme.matchAll(/^<!-- (\S+) -->\n```\w+\n(.*?)^```/gms)];

/** The cells of the table whose first heading is this. */
function table(heading: string): string[][] {
  const [, rows = ""] = new RegExp(`^\\| ${heading} \\|.*\\n\\| --- .*\\n((?:\\|.*\\n)+)`, "m").exec(readme) ?? [];
  return rows
    .trim()
    .split("\n")
    .map((row) => row.slice(2, -2).split(" | "));
}

const words = (cell = "") => [...cell.matchAll(/`([^`]+)`/g)].map(([, word = ""]) => word);

test.each(samples.map(([, path = "", code = ""]) => [path, code]))("the guide shows %s as it is", (path, code) => {
  expect(code).toBe(read(path));
});

test("every code block of the guide is a file of this folder", () => {
  expect(readme.match(/^```ts/gm)?.length).toBe(samples.length);
  expect(new Set(samples.map(([, path = ""]) => dirname(path)))).toEqual(new Set(["test/integration/mesh/readme"]));
});

test("every callback of the pipeline has a row", () => {
  expect(table("callback").flatMap(([name]) => words(name))).toEqual(Object.keys(mesh.pipeline));
});

test("every event has a row with its fields", () => {
  const groups = [
    mesh.executorEvents,
    mesh.rateLimiterEvents,
    mesh.hookEvents,
    mesh.workerPoolEvents,
    mesh.configEvents,
  ];
  const names = groups.flatMap((group) => Object.values(group)).map(({ name }) => name);
  const fields = declaredFields();

  const shown = table("event").flatMap(([events, has]) =>
    words(events).map((event) => [`weft.${event}`, words(has).flatMap(withoutShortForm).sort()]),
  );

  expect(shown).toEqual(names.map((name) => [name, fields.get(name)]));
});

const call = ["request_id", "service", "request_type", "user_id"];
const parts: Readonly<Record<string, readonly string[]>> = {
  CallFields: call,
  HookFields: [...call, "hook"],
  Duration: ["duration_us"],
  Failed: ["error"],
};

/** `call` stands for the four fields that say which call it was. */
function withoutShortForm(field: string): readonly string[] {
  return field === "call" ? call : [field];
}

/** The fields of each event's type, by its name. */
function declaredFields(): ReadonlyMap<string, readonly string[]> {
  const source = read("libs/mesh/src/events/events.ts");
  const declarations = source.matchAll(/\bevent<(.*?)>\(\s*"([a-z_.]+)",?\s*\)/gs);
  return new Map(
    [...declarations].map(([, type = "", name = ""]) => {
      const own = [...type.matchAll(/readonly (\w+)\??:/g)].map(([, field = ""]) => field);
      const named = Object.entries(parts).flatMap(([part, fields]) =>
        new RegExp(`\\b${part}\\b`).test(type) ? fields : [],
      );
      return [`weft.${name}`, [...own, ...named].sort()];
    }),
  );
}

test("every way to choose a node has a row", () => {
  const [, select = ""] = /^export type Select =$(.*?);$/ms.exec(read("libs/mesh/src/definition/definition.ts")) ?? [];
  const ways = new Set([...select.matchAll(/\| (?:"(\w+)"|\{ readonly (\w+))/g)].map(([, word, key]) => word ?? key));

  expect(table("select").flatMap(([way]) => words(way))).toEqual([...ways]);
});

test("the guide names everything that a plugin may offer", () => {
  const [, offers = ""] = /^export interface Offers \{$(.*?)^\}/ms.exec(read("libs/mesh/src/provided.ts")) ?? [];

  expect(table("offer").flatMap(([name]) => words(name))).toEqual(
    [...offers.matchAll(/^ {2}(\w+)\(/gm)].map(([, name]) => name),
  );
});
