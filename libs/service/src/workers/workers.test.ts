import { expect, test } from "@jest/globals";
import { silentLogger } from "@weft/core";
import { fakeClock } from "@weft/core/testkit";
import type { ReadyMessage } from "../ready-message.js";
import type { Exit, WorkerProcess } from "./worker-process.js";
import { startWorkers } from "./workers.js";

/** A worker that does what the test says. */
interface FakeWorker extends WorkerProcess {
  readonly asked: string[];
  isReady(): void;
  exits(exit: Partial<Exit>): void;
}

function fakeWorker(pid: number): FakeWorker {
  let isReady = (_message: ReadyMessage) => {};
  let exits = (_exit: Exit) => {};
  const asked: string[] = [];
  return {
    pid,
    asked,
    ready: new Promise((resolve) => {
      isReady = resolve;
    }),
    exited: new Promise((resolve) => {
      exits = resolve;
    }),
    stop: () => void asked.push("stop"),
    kill: () => void asked.push("kill"),
    isReady: () => isReady({ type: "ready", service: "places", meshAddress: `m:${pid}`, publicAddress: "p:1" }),
    exits: (exit) => exits({ code: null, signal: null, ...exit }),
  };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

function start(count: number) {
  const clock = fakeClock();
  const launched: FakeWorker[] = [];
  const workers = startWorkers({
    count,
    launch() {
      const worker = fakeWorker(launched.length + 1);
      launched.push(worker);
      return worker;
    },
    clock,
    random: () => 0,
    logger: silentLogger,
  });
  const at = (index: number) => launched[index] as FakeWorker;
  const state = { ready: "", exitCode: -1 };
  void workers.ready.then(({ meshAddress }) => {
    state.ready = meshAddress;
  });
  void workers.exitCode.then((code) => {
    state.exitCode = code;
  });
  return { workers, clock, launched, at, state };
}

/** All `count` of them take calls. */
async function startReady(count: number) {
  const started = start(count);
  started.at(0).isReady();
  await settled();
  for (const worker of started.launched) worker.isReady();
  await settled();
  return started;
}

test("the others start when the first is ready, and ready are they when all are", async () => {
  const { launched, at, state } = start(3);
  await settled();
  expect(launched).toHaveLength(1);

  at(0).isReady();
  await settled();
  expect(launched).toHaveLength(3);

  at(2).isReady();
  await settled();
  expect(state.ready).toBe("");

  at(1).isReady();
  await settled();
  expect(state.ready).toBe("m:1");
});

test.each<[Partial<Exit>, number]>([
  [{ code: 2 }, 2],
  [{ code: 0 }, 1],
  [{ signal: "SIGSEGV" }, 1],
])("a first worker that never starts, %j, is the end of it with %i", async (exit, code) => {
  const { launched, at, state } = start(3);

  at(0).exits(exit);
  await settled();

  expect(state.exitCode).toBe(code);
  expect(launched).toHaveLength(1);
});

test("one that dies is started again after a wait; the others go on", async () => {
  const { launched, at, clock, state } = await startReady(2);

  at(1).exits({ signal: "SIGKILL" });
  await settled();
  expect(launched).toHaveLength(2);
  clock.advance(250);
  await settled();

  expect(launched).toHaveLength(3);
  expect(at(0).asked).toEqual([]);
  expect(state.exitCode).toBe(-1);
});

test("one that dies too often ends them all, with 1", async () => {
  const { launched, at, clock, state } = await startReady(2);

  for (let deaths = 0; deaths < 6; deaths++) {
    launched.at(-1)?.exits({ code: 1 });
    await settled();
    clock.advance(10_000);
    await settled();
  }

  expect(launched).toHaveLength(2 + 5);
  expect(at(0).asked).toEqual(["stop"]);
  at(0).exits({ code: 0 });
  await settled();
  expect(state.exitCode).toBe(1);
});

test("all stop at the same time, and end well when each did", async () => {
  const { workers, at, state } = await startReady(2);

  workers.stop();
  expect([at(0).asked, at(1).asked]).toEqual([["stop"], ["stop"]]);
  at(0).exits({ code: 0 });
  await settled();
  expect(state.exitCode).toBe(-1);
  at(1).exits({ signal: "SIGTERM" }); // before it could listen
  await settled();

  expect(state.exitCode).toBe(0);
});

test("one that does not end well is told of", async () => {
  const { workers, at, state } = await startReady(2);

  workers.stop();
  at(0).exits({ code: 0 });
  at(1).exits({ signal: "SIGKILL" });
  await settled();

  expect(state.exitCode).toBe(1);
});

test("told to stop while one waits to start again: nothing starts any more", async () => {
  const { workers, launched, at, clock, state } = await startReady(2);
  at(1).exits({ code: 1 });
  await settled();

  workers.stop();
  at(0).exits({ code: 0 });
  await settled();
  clock.advance(60_000);
  await settled();

  expect(state.exitCode).toBe(0);
  expect(launched).toHaveLength(2);
});

test("told to stop before the first is ready: no other starts", async () => {
  const { workers, launched, at, state } = start(3);

  workers.stop();
  at(0).isReady();
  await settled();
  at(0).exits({ code: 0 });
  await settled();

  expect(launched).toHaveLength(1);
  expect(state.exitCode).toBe(0);
});

test("killed, all end at once", async () => {
  const { workers, at } = await startReady(2);

  workers.kill();

  expect([at(0).asked, at(1).asked]).toEqual([["kill"], ["kill"]]);
});
