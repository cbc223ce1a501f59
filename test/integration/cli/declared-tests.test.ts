import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { cacheFunctions, createMemoryStore, createNamespaces } from "@weft/cache";
import { systemClock } from "@weft/core";
import { defineService } from "@weft/service";
import { type RunningMesh, runMesh } from "../../support/running-mesh.js";
import { weft } from "./weft.js";

const store = createMemoryStore({ capacity: 100, clock: systemClock });
const functions = cacheFunctions(createNamespaces(store), { permission: "public" });
const folder = mkdtempSync(join(tmpdir(), "weft-test-"));

let mesh: RunningMesh;
beforeAll(async () => {
  mesh = await runMesh([defineService({ name: "cache", version: "1.0.0", functions })]);
});
afterAll(async () => {
  await mesh.close();
  rmSync(folder, { recursive: true });
});

const run = (...words: string[]) => weft("test", ...words, "--gateway", mesh.address);

function file(text: string): string {
  const name = join(folder, "tests.yaml");
  writeFileSync(name, text);
  return name;
}

test("the published examples of the cache pass, and leave nothing behind", async () => {
  const examples = ["simple", "user-sessions"].map((name) => `services/cache/examples/${name}.yaml`);

  const { code, out, err } = await run(...examples);

  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out).toContain("User sessions\n  Login\n    ✓ creates a session for an hour");
  expect(out).toMatch(/\n\n18 passed, 0 failed\n$/);
  expect(store.stats().size).toBe(0);
});

test("what fails says where it differs, and the exit code is 1", async () => {
  const name = file(`
describe: Cache
tests:
  - it: has what nobody stored
    call: cache.get
    args: {key: nobody}
    expect_part: {found: true}
  - it: asserts nothing
    call: cache.get
    args: {key: nobody}
  - it: refers to nothing
    call: cache.get
    args: {key: "\${earlier.key}"}
    expect: {}
  - it: works
    call: cache.get
    args: {key: nobody}
    expect: {value: null, key: nobody, found: false, success: true}
`);

  const { code, out, err } = await run(name);

  expect({ code, err }).toEqual({ code: 1, err: "error: 3 of 4 tests failed\n" });
  expect(out.replace(/\d+ ms/, "1 ms")).toBe(`Cache
  ✗ has what nobody stored
      cache.get: found: expected true, got false
  ✗ asserts nothing
      it asserts nothing: no step has expect, expect_part or expect_error
  ✗ refers to nothing
      cache.get: no earlier step has the id "earlier" and a result
  ✓ works (1 ms)

1 passed, 3 failed
`);

  const asJson = await run(name, "--json", "--filter", "Cache › wor");
  expect(asJson.code).toBe(0);
  expect(JSON.parse(asJson.out)).toMatchObject({ passed: 1, failed: 0, tests: [{ path: ["Cache", "works"] }] });
});

test("a file that is none is wrong usage, every problem at once", async () => {
  const name = file("describe: x\ntests:\n  - it: y\n    cal: cache.get\n  - describe: z\n    tests: []\n");

  const { code, err } = await run(name);

  expect(code).toBe(2);
  expect(err).toContain('tests[0]: unknown field "cal"');
  expect(err).toContain("tests[1].tests: must be a list, not empty");
});
