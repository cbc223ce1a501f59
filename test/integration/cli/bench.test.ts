import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Code, WeftError } from "@weft/core";
import { defineService, fn } from "@weft/service";
import { type RunningMesh, runMesh } from "../../support/running-mesh.js";
import { weft } from "./weft.js";

let echoed: unknown[] = [];

const service = defineService({
  name: "svc",
  version: "1.0.0",
  functions: {
    echo: fn({ args: { id: "string" }, permission: "public", handler: ({ id }) => echoed.push(id) }),
    odd: fn({
      permission: "public",
      handler() {
        if (echoed.push("") % 2 === 0) throw new WeftError(Code.OutOfRange, "even", { reason: "EVEN" });
      },
    }),
    broken: fn({
      permission: "public",
      handler: () => Promise.reject(new WeftError(Code.OutOfRange, "always", { reason: "ALWAYS" })),
    }),
  },
});

let mesh: RunningMesh;
beforeAll(async () => {
  mesh = await runMesh([service]);
});
afterAll(() => mesh.close());

const bench = (...words: string[]) => {
  echoed = [];
  return weft("bench", ...words, "--gateway", mesh.address);
};

test("weft bench makes as many calls as it is told, and says how fast they were", async () => {
  const { code, out } = await bench("svc.echo", "id=7", "--callers", "3", "--calls", "20");

  expect(code).toBe(0);
  expect(echoed).toEqual(Array(20).fill("7"));
  expect(out).toMatch(
    /^[\d.]+ calls\/s: 20 calls of 3 callers in [\d.]+ s\nhalf of them within [\d.]+ ms \(p50\), 99 of 100 within [\d.]+ ms \(p99\)\nno errors\n$/,
  );
});

test("errors are counted by code, and --json is for programs", async () => {
  const { code, out } = await bench("svc.odd", "--callers", "1", "--calls", "4", "--json");

  expect(code).toBe(0);
  expect(JSON.parse(out)).toEqual({
    calls: 4,
    seconds: expect.any(Number),
    calls_per_second: expect.any(Number),
    p50_ms: expect.any(Number),
    p99_ms: expect.any(Number),
    errors: { OUT_OF_RANGE: 2 },
  });
});

test("where no call goes well, it fails as the call does", async () => {
  const { code, out, err } = await bench("svc.broken", "--calls", "2");

  expect(code).toBe(1);
  expect(out).toContain("none went well\nerrors:\n  2 OUT_OF_RANGE\n");
  expect(err).toContain("always");
});

test.each([
  [["--callers", "1001"], "from 1 to 1000"],
  [["--seconds", "0"], "from 1 to 600"],
  [["--rate", "fast"], "from 1 to 1000000"],
])("weft bench svc.echo %j is wrong usage", async (words, problem) => {
  const { code, err } = await bench("svc.echo", ...words);

  expect(code).toBe(2);
  expect(err).toContain(problem);
});
