import { expect, test } from "@jest/globals";
import { Code, WeftError } from "@weft/core";
import { fakeClock } from "@weft/core/testkit";
import { callRequest, fakeMesh, functionConfig } from "../testkit.js";
import { dispatch } from "./dispatch.js";
import { createRecentCalls } from "./recent-calls.js";
import { resolve } from "./resolve.js";
import { validate } from "./validate.js";

async function meshThatRemembers(capacity: number, answer: () => unknown) {
  const clock = fakeClock();
  const recent = createRecentCalls({ clock, capacity });
  const mesh = await fakeMesh({
    nodes: [{ name: "n1", functions: [functionConfig({ function: "f" })], answer }],
    plugins: (catalogue) => [
      recent.plugin,
      resolve({ catalogue, clock }),
      validate(),
      dispatch({ clock, caller: "test" }),
    ],
    clock,
  });
  const run = (requestId: string) =>
    mesh.execute(mesh.newCall(callRequest("f", {}, { requestId }), new AbortController()));
  return { recent, run, clock };
}

test("a call can be looked up while it runs and when it is over", async () => {
  let finish: (value: unknown) => void = () => {};
  const { recent, run } = await meshThatRemembers(
    10,
    () =>
      new Promise((resolve) => {
        finish = resolve;
      }),
  );
  const running = run("a");
  await new Promise((resolve) => setImmediate(resolve));
  expect(recent.find("a")).toMatchObject({ function: "echo.f", state: "running", reason: "" });
  finish(1);
  await running;
  expect(recent.find("a")).toMatchObject({ state: "OK" });
});

test("a refused call says why", async () => {
  const { recent, run } = await meshThatRemembers(10, () => {
    throw new WeftError(Code.NotFound, "no such thing", { reason: "NO_THING" });
  });
  await run("a").catch(() => {});
  expect(recent.find("a")).toMatchObject({ state: "NOT_FOUND", reason: "NO_THING" });
});

test("only the last calls are remembered, and of one id the newest", async () => {
  const { recent, run } = await meshThatRemembers(2, () => 1);
  for (const id of ["a", "b", "a", "c"]) await run(id);
  expect(["a", "b", "c"].map((id) => recent.find(id) !== undefined)).toEqual([true, false, true]);
});

test("of calls with one id that run at once the newest is shown, and each is over for itself", async () => {
  const ends: ((value: unknown) => void)[] = [];
  const { recent, run, clock } = await meshThatRemembers(10, () => new Promise((resolve) => ends.push(resolve)));
  const calls: Promise<unknown>[] = [];
  for (const id of ["a", "b", "a", "c"]) {
    calls.push(run(id));
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(10);
  }

  expect(recent.find("a")).toMatchObject({ state: "running", elapsedMs: 20 });
  for (const at of [0, 2, 1]) {
    ends[at]?.(1);
    await calls[at];
  }
  expect(["a", "b", "c"].map((id) => recent.find(id)?.state)).toEqual(["OK", "OK", "running"]);
  ends[3]?.(1);
  await calls[3];
  expect(recent.find("c")?.state).toBe("OK");
});

test("a start is wall time", async () => {
  const { recent, run, clock } = await meshThatRemembers(10, () => 1);
  const startedAt = clock.wallTime();
  await run("a");

  clock.advance(5_000);

  expect(recent.find("a")?.startedAt).toBe(startedAt);
});
