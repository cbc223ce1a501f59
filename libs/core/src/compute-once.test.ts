import { expect, test } from "@jest/globals";
import { systemClock } from "./clock.js";
import { Code } from "./code.js";
import { computeOnce, type LeaseAnswer, type LeaseDesk } from "./compute-once.js";
import { WeftError } from "./weft-error.js";

const away = new WeftError(Code.Unavailable, "away");

/** A desk that gives these answers, and what was done at it. */
function deskWith(answers: readonly (LeaseAnswer<string> | WeftError)[], refusal?: WeftError) {
  const log: string[] = [];
  const left = [...answers];
  const desk: LeaseDesk<string> = {
    async ask(mayWait) {
      log.push(mayWait ? "wait" : "ask");
      const next = left.shift();
      if (next === undefined || next instanceof WeftError) throw next ?? new Error("asked once more");
      return next;
    },
    async store(value, token) {
      log.push(`store ${value} ${token}`);
      if (refusal !== undefined) throw refusal;
    },
    async release(token) {
      log.push(`release ${token}`);
      throw away;
    },
  };
  const clock = {
    ...systemClock,
    after(ms: number, action: () => void) {
      log.push(`pause ${ms}`);
      queueMicrotask(action);
      return () => {};
    },
  };
  const compute = (value: string) => async () => {
    log.push("compute");
    return value;
  };
  return { desk, log, compute, clock };
}

const hit = { state: "hit", value: "kept" } as const;
const granted = { state: "granted", token: "t1" } as const;
const taken = { state: "taken" } as const;

test.each([
  ["a value that is there", [hit], "kept", ["ask"]],
  ["a lease", [granted], "new", ["ask", "compute", "store new t1"]],
  [
    "a value that somebody else has computed meanwhile",
    [taken, taken, hit],
    "kept",
    ["ask", "wait", "pause 50", "wait"],
  ],
  ["the lease of somebody who gave up", [taken, granted], "new", ["ask", "wait", "compute", "store new t1"]],
  ["what is stale, while somebody computes", [{ ...taken, stale: { value: "old" } }], "old", ["ask"]],
  ["a desk that is away", [away], "new", ["ask", "compute"]],
])("%s", async (_title, answers, value, steps) => {
  const { desk, log, compute, clock } = deskWith(answers);

  expect(await computeOnce(desk, compute("new"), { takesStale: true, clock })).toBe(value);
  expect(log).toEqual(steps);
});

test("who wants nothing stale waits at once, and goes on waiting", async () => {
  const stale = { ...taken, stale: { value: "old" } };
  const { desk, log, compute, clock } = deskWith([stale, stale, hit]);

  expect(await computeOnce(desk, compute("new"), { takesStale: false, clock })).toBe("kept");
  expect(log).toEqual(["wait", "pause 50", "wait", "pause 100", "wait"]);
});

test("what the computation throws is thrown, and the lease given back", async () => {
  const { desk, log, clock } = deskWith([granted]);
  const broken = new Error("broken");

  await expect(computeOnce(desk, () => Promise.reject(broken), { takesStale: true, clock })).rejects.toBe(broken);
  expect(log).toEqual(["ask", "release t1"]);
});

test("a value that cannot be stored is there for its caller, and the lease given back", async () => {
  const { desk, log, compute, clock } = deskWith([granted], new WeftError(Code.ResourceExhausted, "full"));

  expect(await computeOnce(desk, compute("new"), { takesStale: true, clock })).toBe("new");
  expect(log).toEqual(["ask", "compute", "store new t1", "release t1"]);
});

test.each([Code.DeadlineExceeded, Code.PermissionDenied, Code.Cancelled])(
  "who may not ask, or has no time left, computes nothing (%i)",
  async (code) => {
    const { desk, log, compute, clock } = deskWith([new WeftError(code, "no")]);

    await expect(computeOnce(desk, compute("new"), { takesStale: true, clock })).rejects.toMatchObject({ code });
    expect(log).toEqual(["ask"]);
  },
);
