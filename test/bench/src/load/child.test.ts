import { afterEach, expect, test } from "@jest/globals";
import { type Child, startChild } from "./child.js";
import { withStages } from "./stages.js";

const module = (code: string) => new URL(`data:text/javascript,${encodeURIComponent(code)}`);
const started: Child[] = [];

afterEach(async () => {
  for (const child of started.splice(0)) await child.end();
});

async function start(code: string): Promise<Child> {
  const child = await startChild(module(code));
  started.push(child);
  return child;
}

test("a process says where it is, answers, and is gone at the end", async () => {
  const child = await start(`export const start = () => ({ addresses: { server: "here:" + process.pid } });`);
  const pid = Number(child.addresses.server?.slice(5));

  const usage = await child.ask<{ cpuSeconds: number; rssMb: number }>("usage", {}, 10_000);
  await child.end();

  expect(usage.cpuSeconds).toBeGreaterThan(0);
  expect(usage.rssMb).toBeGreaterThan(1);
  expect(() => process.kill(pid, 0)).toThrow("ESRCH");
});

test.each([
  ["fails to start", `export const start = () => { throw new Error("no port") };`, "no port"],
  ["ends early", `export const start = () => process.exit(1);`, "the process ended"],
])("one that %s is no contestant", async (_, code, problem) => {
  await expect(startChild(module(code))).rejects.toThrow(problem);
});

test("a wrong answer and a process that ends are told, silence has a limit", async () => {
  const wrong = await start(
    `export const start = () => ({ call: (work) => work(() => { throw new Error("wrong answer") }) });`,
  );
  const ending = await start(`export const start = () => ({ call: () => process.exit(3) });`);
  const silent = await start(`export const start = () => ({ call: () => new Promise(() => {}) });`);

  await expect(wrong.ask("prove", {}, 10_000)).rejects.toThrow("wrong answer");
  await expect(ending.ask("prove", {}, 10_000)).rejects.toThrow("the process ended");
  await expect(silent.ask("prove", {}, 10)).rejects.toThrow("over 10 ms to prove");
});

test("stages know the addresses of those before them, and end though the work fails", async () => {
  const first = module(`export const start = () => ({ addresses: { first: "a" } });`);
  const second = module(`export const start = ({ first }) => ({ addresses: { second: first + "b" } });`);

  const work = withStages(
    [
      { name: "one", module: first },
      { name: "two", module: second },
    ],
    async (running) => {
      expect(running.get("two")?.addresses).toEqual({ second: "ab" });
      throw new Error("the work failed");
    },
  );

  await expect(work).rejects.toThrow("the work failed");
});
