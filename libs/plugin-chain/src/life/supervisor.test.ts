import { expect, test } from "@jest/globals";
import { silentLogger } from "@weft/core";
import { fakeClock } from "@weft/core/testkit";
import type { Child, Children } from "../hooks.js";
import type { PluginError } from "../plugin-error.js";
import { supervise } from "./supervisor.js";

const turn = () => new Promise((resolve) => setImmediate(resolve));

function stage(rest: Omit<Children, "children">, ...names: string[]) {
  const events: string[] = [];
  const kill = new Map<string, () => void>();
  const clock = fakeClock();
  const child = (name: string): Child => ({
    name,
    run(signal) {
      events.push(`run ${name}`);
      return new Promise((resolve, reject) => {
        kill.set(name, () => reject(new Error(`${name} was killed`)));
        signal.addEventListener("abort", () => {
          events.push(`end ${name}`);
          resolve();
        });
      });
    },
  });
  const failures: PluginError[] = [];
  const supervisor = supervise(
    { ...rest, children: names.map(child) },
    { plugin: "p", clock, logger: silentLogger, timeLimitMs: 100, onFailed: (error) => failures.push(error) },
  );
  return {
    supervisor,
    clock,
    failures,
    events,
    async kill(name: string) {
      await turn();
      events.splice(0);
      kill.get(name)?.();
      await turn();
    },
  };
}

test("a child that dies is started again, alone", async () => {
  const { kill, events, failures } = stage({}, "a", "b");

  await kill("a");

  expect(events).toEqual(["run a"]);
  expect(failures).toEqual([]);
});

test("one_for_all starts all of them again", async () => {
  const { kill, events } = stage({ strategy: "one_for_all" }, "a", "b");

  await kill("a");

  expect(events).toEqual(["end b", "run a", "run b"]);
});

test("more deaths than the intensity allows end everything and fail the plugin", async () => {
  const { kill, events, failures } = stage({ maxRestarts: 1, withinMs: 1_000 }, "a", "b");

  await kill("a");
  await kill("a");

  expect(events).toEqual(["end b"]);
  expect(failures).toMatchObject([{ code: "CHILDREN_FAILED", plugin: "p" }]);
  expect(failures[0]?.message).toContain('more than 1 times in 1000 ms, last "a": a was killed');
});

test("deaths far apart are forgiven", async () => {
  const { kill, clock, failures } = stage({ maxRestarts: 1, withinMs: 1_000 }, "a");

  for (let death = 0; death < 5; death++) {
    await kill("a");
    clock.advance(1_000);
  }

  expect(failures).toEqual([]);
});

test("stop ends the children once, and waits no longer than the limit", async () => {
  const { supervisor, events, clock } = stage({}, "a");
  await turn();
  events.splice(0);

  await supervisor.stop();
  await supervisor.stop();
  expect(events).toEqual(["end a"]);

  const deaf: Child = { name: "deaf", run: () => new Promise(() => {}) };
  const options = { plugin: "p", clock, logger: silentLogger, timeLimitMs: 100, onFailed: () => {} };
  const stopping = supervise({ children: [deaf] }, options).stop();
  clock.advance(100);
  await stopping;
  expect(clock.pending).toBe(0);
});
