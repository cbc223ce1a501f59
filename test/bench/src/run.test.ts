import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "@jest/globals";

function bench(...args: string[]) {
  const program = fileURLToPath(new URL("./run.js", import.meta.url));
  return spawnSync(process.execPath, [program, ...args], { encoding: "utf8" });
}

test("--help lists the names", () => {
  const { status, stdout } = bench("--help");

  expect(status).toBe(0);
  expect(stdout).toMatch(/^ {2}chain +ns for a call/m);
});

test.each([
  [["chain", "chian"], "unknown: chian"],
  [[], "no name given"],
  [["chain", "--fast"], "--fast"],
])("%j runs nothing, exits with 2 and lists the names", (args, problem) => {
  const { status, stdout, stderr } = bench(...args);

  expect(status).toBe(2);
  expect(stdout).toBe("");
  expect(stderr).toContain(problem);
  expect(stderr).toMatch(/^ {2}chain /m);
});
