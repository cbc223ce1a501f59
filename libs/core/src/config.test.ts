import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { z } from "zod";
import { ConfigError, type ConfigSources, readConfig, settingRows } from "./config.js";

const schema = z.object({
  listen: z
    .string()
    .regex(/:\d+$/, "must be HOST:PORT")
    .default("127.0.0.1:1")
    .meta({ env: "T_LISTEN", description: "Where." }),
  limit: z.coerce.number().int().min(1).default(5).meta({ env: "T_LIMIT", description: "How many." }),
  strict: z.int().default(7).meta({ env: "T_STRICT", fromEnv: Number, description: "A number in files." }),
});

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "weft-config-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(content: string): string {
  const path = join(folder, `${Math.random()}.json`);
  writeFileSync(path, content);
  return path;
}

function problems(sources: ConfigSources): readonly string[] {
  try {
    readConfig(schema, sources);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  throw new Error("the configuration was taken");
}

test("flags win over the environment, that over the file, that over the defaults", () => {
  const WEFT_CONFIG = file('{"listen":"file:2","limit":20}');

  expect(readConfig(schema, { env: {} })).toEqual({ listen: "127.0.0.1:1", limit: 5, strict: 7 });
  expect(readConfig(schema, { env: { WEFT_CONFIG } })).toMatchObject({ listen: "file:2", limit: 20 });
  expect(readConfig(schema, { env: { WEFT_CONFIG, T_LIMIT: "30" } })).toMatchObject({ listen: "file:2", limit: 30 });
  expect(readConfig(schema, { env: { WEFT_CONFIG, T_LIMIT: "30" }, flags: { limit: 40 } })).toMatchObject({
    limit: 40,
  });
});

test("an empty variable counts as not set, and the result is frozen", () => {
  const config = readConfig(schema, { env: { T_LIMIT: "", WEFT_CONFIG: "" } });

  expect(config.limit).toBe(5);
  expect(Object.isFrozen(config)).toBe(true);
});

test("a schema that coerces nothing reads its variable by itself", () => {
  expect(readConfig(schema, { env: { T_STRICT: "8" } }).strict).toBe(8);
  expect(problems({ env: { WEFT_CONFIG: file('{"strict":"8"}') } })).toEqual([
    expect.stringMatching(/^T_STRICT: .*, got "8"$/),
  ]);
});

test("every problem is named at once, by its variable and value", () => {
  const found = problems({ env: { T_LISTEN: "nowhere", T_LIMIT: "0", WEFT_CONFIG: file('{"lisen":1}') } });

  expect(found).toHaveLength(3);
  expect(found).toEqual(
    expect.arrayContaining([
      'T_LISTEN: must be HOST:PORT, got "nowhere"',
      expect.stringMatching(/^T_LIMIT: .*, got "0"$/),
      'unknown setting "lisen"',
    ]),
  );
});

test.each([
  ["a file that is not there", "/nowhere/at/all.json", /^WEFT_CONFIG: cannot read .* \(ENOENT\)$/],
  ["a file that is no JSON", undefined, /^WEFT_CONFIG: .* must hold one JSON object$/],
])("%s is a problem of its own", (_name, path, text) => {
  expect(problems({ env: { WEFT_CONFIG: path ?? file("{nope") } })).toEqual([expect.stringMatching(text)]);
});

test("documentation derives from the schema", () => {
  expect(settingRows(schema)[1]).toEqual({ name: "limit", env: "T_LIMIT", description: "How many.", defaultValue: 5 });
});

test.each(["https://ann:canary@host/keys", "redis://:canary@host, redis://:canary@other"])(
  "a problem with %j does not show the password in it",
  (listen) => {
    const [problem] = problems({ env: { T_LISTEN: listen } });

    expect(problem).toMatch(/^T_LISTEN: must be HOST:PORT, got "[a-z]+:\/\/…@/);
    expect(problem).not.toContain("canary");
  },
);
