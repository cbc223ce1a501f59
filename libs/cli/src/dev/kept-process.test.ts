import { expect, test } from "@jest/globals";
import { draws, fakeClock } from "@weft/core/testkit";
import type { DevLog } from "./dev-log.js";
import { keepRunning } from "./kept-process.js";
import { ProcessFailed } from "./process-failed.js";
import type { Addresses, Exit, ServiceProcess } from "./service-process.js";

const addresses: Addresses = { meshAddress: "127.0.0.1:1", publicAddress: undefined };

/** A process that does what the test says. */
interface FakeProcess extends ServiceProcess {
  readonly had: Addresses | undefined;
  readonly asked: string[];
  isReady(): void;
  exits(code: number): void;
}

function fakeProcess(had: Addresses | undefined, addresses: Addresses): FakeProcess {
  let isReady = () => {};
  let fails = (_error: Error) => {};
  let exits = (_code: number) => {};
  const ready = new Promise<Addresses>((resolve, reject) => {
    isReady = () => resolve(addresses);
    fails = reject;
  });
  const exited = new Promise<Exit>((resolve) => {
    exits = (code) => resolve({ code, signal: null, lastWords: ["its last words"] });
  });
  ready.catch(() => {}); // where the test does not look
  const asked: string[] = [];
  return {
    pid: 1,
    had,
    asked,
    ready,
    exited,
    stop: () => void asked.push("stop"),
    kill: () => void asked.push("kill"),
    isReady: () => isReady(),
    exits(code) {
      fails(new ProcessFailed("did not start", { exitCode: 1 }));
      exits(code);
    },
  };
}

function keep({ publicAddress }: { publicAddress?: string } = {}) {
  const clock = fakeClock();
  const launched: FakeProcess[] = [];
  const said: string[] = [];
  const nothing = async () => {};
  const log: DevLog = { line: nothing, complaint: nothing, say: async (_level, message) => void said.push(message) };
  const kept = keepRunning({
    name: "places",
    launch(had) {
      const process = fakeProcess(had, { meshAddress: "127.0.0.1:1", publicAddress });
      launched.push(process);
      return process;
    },
    whenServing: async () => {},
    log,
    clock,
    random: draws(...Array(10).fill(0)),
  });
  const last = () => launched.at(-1) as FakeProcess;
  return { kept, clock, launched, said, last };
}

/** Lets what is ready to run, run. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

test("one that dies is started again after a while, at its addresses", async () => {
  const { clock, launched, said, last } = keep();
  last().isReady();
  await settle();

  last().exits(1);
  await settle();
  expect(launched).toHaveLength(1);
  clock.advance(250);
  await settle();
  expect(launched.map(({ had }) => had)).toEqual([undefined, addresses]);
  last().isReady();
  await settle();

  expect(said).toEqual(["places ended unexpectedly (exit code 1); it starts again in 250 ms", "places is back"]);
});

test("one that dies again and again is given up", async () => {
  const { kept, clock, launched, last } = keep();
  last().isReady();
  await settle();

  for (let death = 1; death <= 6; death++) {
    last().exits(1);
    await settle();
    clock.advance(10_000);
    await settle();
  }

  expect(launched).toHaveLength(6);
  await expect(kept.givenUp).rejects.toMatchObject({
    message: "places ended 6 times in a row (exit code 1)",
    exitCode: 1,
    lastWords: ["its last words"],
  });
});

test("deaths that are far apart are counted anew", async () => {
  const { kept, clock, launched, last } = keep();
  for (let death = 1; death <= 8; death++) {
    last().isReady();
    await settle();
    clock.advance(60_000);
    last().exits(1);
    await settle();
    clock.advance(250);
    await settle();
  }

  expect(launched).toHaveLength(9);
  expect(kept.pid).toBe(1);
});

test("a start that fails is told, and not tried again", async () => {
  const { kept, clock, launched, last } = keep();

  last().exits(2);

  await expect(kept.ready).rejects.toThrow("did not start");
  await expect(kept.givenUp).rejects.toThrow("did not start");
  clock.advance(60_000);
  expect(launched).toHaveLength(1);
});

test("stopping lets it finish, and starts nothing again", async () => {
  const { kept, clock, launched, last } = keep();
  last().isReady();
  await settle();

  const stopped = kept.stop();
  expect(last().asked).toEqual(["stop"]);
  last().exits(0);

  expect(await stopped).toBe(true);
  expect(kept.stop()).toBe(kept.stop());
  clock.advance(60_000);
  await settle();
  expect(launched).toHaveLength(1);
});

test("one that does not stop is ended by force, and that is no good end", async () => {
  const { kept, clock, last } = keep();
  last().isReady();
  await settle();

  const stopped = kept.stop();
  clock.advance(30_000);
  await settle();
  expect(last().asked).toEqual(["stop", "kill"]);
  last().exits(137);

  expect(await stopped).toBe(false);
});

test("stopping while it waits for its next start ends the wait", async () => {
  const { kept, clock, launched, last } = keep();
  last().isReady();
  await settle();
  last().exits(1);
  await settle();

  expect(await kept.stop()).toBe(true);
  clock.advance(60_000);
  await settle();
  expect(launched).toHaveLength(1);
});

test("a new process takes the place of one that clients do not reach directly, which goes on until then", async () => {
  const { kept, launched, last } = keep();
  const [old] = launched as [FakeProcess];
  old.isReady();
  await settle();

  const replaced = kept.replace();
  expect(launched).toHaveLength(2);
  expect(last().had).toBe(undefined);
  expect(old.asked).toEqual([]);
  last().isReady();
  await settle();
  expect(old.asked).toEqual(["stop"]);
  old.exits(0);
  expect(await replaced).toBe(true);
  await settle();
  expect(launched).toHaveLength(2); // its end was no death
});

test("the old process stays when the new one does not start", async () => {
  const { kept, launched, said, last } = keep();
  const [old] = launched as [FakeProcess];
  old.isReady();
  await settle();

  const replaced = kept.replace();
  last().exits(1);
  expect(await replaced).toBe(false);
  expect(old.asked).toEqual([]);
  expect(said).toEqual(["places: did not start; the old one stays"]);
});

test("one with a public address ends first, for two cannot listen there", async () => {
  const { kept, launched, last } = keep({ publicAddress: "127.0.0.1:2" });
  const [old] = launched as [FakeProcess];
  old.isReady();
  await settle();

  const replaced = kept.replace();
  expect(old.asked).toEqual(["stop"]);
  expect(launched).toHaveLength(1);
  old.exits(0);
  await settle();
  expect(last().had).toEqual({ meshAddress: "127.0.0.1:1", publicAddress: "127.0.0.1:2" });
  last().isReady();
  expect(await replaced).toBe(true);
});

test("a process that was replaced is kept like any other", async () => {
  const { kept, clock, launched, last } = keep();
  const [old] = launched as [FakeProcess];
  old.isReady();
  await settle();
  const replaced = kept.replace();
  last().isReady();
  await settle();
  old.exits(0);
  await replaced;
  await settle();

  last().exits(1);
  await settle();
  clock.advance(250);
  await settle();
  expect(launched).toHaveLength(3);
});
