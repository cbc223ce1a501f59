import { expect, test } from "@jest/globals";
import { fakeClock } from "@weft/core/testkit";
import { ChainError, createService, lifeCycleCallbacks, type Plugin, type PluginError, step } from "../index.js";

const turn = () => new Promise((resolve) => setImmediate(resolve));
const hangs = () => new Promise<never>(() => {});
const fails = () => {
  throw new Error("broken");
};

function serviceOf(...plugins: Plugin[]) {
  const clock = fakeClock();
  const service = createService({
    service: { name: "S" },
    callbacks: {},
    plugins,
    clock,
    random: () => 0.5,
    hookTimeLimitMs: 1_000,
  });
  return { service, clock };
}

/** How a promise ended, once the clock has passed every time limit. */
async function outcome(
  promise: Promise<unknown>,
  clock: { advance(ms: number): void },
): Promise<PluginError | undefined> {
  const settled = promise.then(
    () => undefined,
    (error: PluginError) => error,
  );
  for (let turns = 0; turns < 5; turns++) await turn();
  clock.advance(1_000);
  return settled;
}

type Behaviour = [how: string, hook: () => Promise<never>, code: PluginError["code"], text: string];

const behaviours: Behaviour[] = [
  ["throws", fails, "HOOK_FAILED", "broken"],
  ["rejects", () => Promise.reject(new Error("broken")), "HOOK_FAILED", "broken"],
  ["hangs", hangs, "HOOK_TIMEOUT", "took longer than 1000 ms"],
  ["returns nonsense", () => 7 as never, "INVALID_RETURN", "returned"],
];

const positions = ["merge", "config", "start"] as const;
test.each(positions.flatMap((hook) => behaviours.map((behaviour) => [hook, ...behaviour] as const)))(
  "a %s hook that %s fails the start, with the names of plugin and hook",
  async (at, _how, hook, code, text) => {
    const { service, clock } = serviceOf({ name: "bad", [at]: hook });

    const error = await outcome(service.start(), clock);

    expect(error).toMatchObject({ name: "PluginError", code, plugin: "bad", hook: at });
    expect(error?.message).toContain(`plugin "bad", ${at}: ${text}`);
  },
);

test.each(behaviours)("an updated hook that %s is reported, and the change holds", async (_how, hook, code) => {
  const { service, clock } = serviceOf({ name: "bad", updated: hook });
  await service.start();

  const change = service.reconfigure({ k: 1 });
  await outcome(change, clock);

  expect((await change).plugins).toContainEqual({
    plugin: "bad",
    outcome: "kept",
    error: expect.objectContaining({ code, plugin: "bad", hook: "updated" }),
  });
  expect(service.config).toEqual({ k: 1 });
});

test.each(behaviours.slice(0, 3))("a stop hook that %s keeps nobody else from stopping", async (_how, hook) => {
  let hasStopped = false;
  const lower: Plugin = {
    name: "lower",
    stop() {
      hasStopped = true;
    },
  };
  const { service, clock } = serviceOf({ name: "bad", deps: ["lower"], stop: hook }, lower);
  await service.start();

  expect(await outcome(service.stop(), clock)).toBeUndefined();
  expect(hasStopped).toBe(true);
});

test("a start that comes back after its time limit is stopped again, and not repeated meanwhile", async () => {
  const events: string[] = [];
  let comeBack = () => {};
  const slow: Plugin = {
    name: "slow",
    start(_own, { signal }) {
      events.push("start");
      signal.addEventListener("abort", () => events.push("signal"));
      return new Promise((resolve) => {
        comeBack = () => resolve(undefined);
      });
    },
    stop: () => void events.push("stop"),
  };
  const { service, clock } = serviceOf(slow);
  await outcome(service.start(), clock);
  clock.advance(750);
  await turn();
  const lastError = service.info().lastError?.message;

  comeBack();
  await turn();
  expect(lastError).toContain("an earlier start has not come back yet");
  expect(events).toEqual(["start", "signal", "stop"]);

  clock.advance(30_000);
  await turn();
  comeBack();
  await turn();
  expect(events).toEqual(["start", "signal", "stop", "start"]);
  expect(service.status).toBe("running");
});

test("a failed start is rolled back and tried again, after longer and longer waits, told of once", async () => {
  const events: string[] = [];
  let isBroken = true;
  const upper: Plugin = {
    name: "upper",
    deps: ["lower"],
    start: () => (isBroken ? fails() : undefined),
    callbacks: { statusChanged: ({ status }) => void events.push(status) },
  };
  const lower: Plugin = {
    name: "lower",
    start: () => void events.push("start"),
    stop: () => void events.push("stop"),
  };
  const { service, clock } = serviceOf(upper, lower);
  const waits = [750, 1_250, 2_250]; // the middle between the shortest wait and its double, again and again

  await expect(service.start()).rejects.toThrow("broken");
  expect(() => service.enter()).toThrow('service "S" is not running');
  for (const waitMs of waits) {
    clock.advance(waitMs - 1);
    await turn();
    expect(events.at(-1)).not.toBe("start");
    isBroken = waitMs !== waits.at(-1);
    clock.advance(1);
    await turn();
  }

  const attempt = ["start", "stop"];
  expect(events).toEqual([...attempt, "failed", ...attempt, ...attempt, "start", "running"]);
});

test("a plugin may have its own time limit", async () => {
  const { service, clock } = serviceOf({ name: "patient", timeLimitsMs: { start: 5_000 }, start: hangs });
  const start = service.start().catch((error: PluginError) => error.message);
  await turn();

  clock.advance(4_999);
  await turn();
  expect(service.status).toBe("starting");
  clock.advance(1);
  expect(await start).toContain("took longer than 5000 ms");
});

test("children that cannot be supervised stop the plugin that returned them", async () => {
  const events: string[] = [];
  const { service } = serviceOf({
    name: "bad",
    start: () => ({
      children: [
        { name: "a", run: hangs },
        { name: "a", run: hangs },
      ],
    }),
    stop: () => void events.push("stop"),
  });

  await expect(service.start()).rejects.toThrow('plugin "bad", start: returned two children named "a"');
  expect(events).toEqual(["stop"]);
});

test("a service without a name, and callbacks that every service has, are refused", () => {
  const build = (name: string, callbacks = {}) => createService({ service: { name }, callbacks, plugins: [] });

  expect(() => build("")).toThrow(ChainError);
  expect(() => build("S", { isReady: lifeCycleCallbacks.isReady })).toThrow('callback "isReady" is declared twice');
  expect(() => build("S", { toString: step<[a: number], number>() })).not.toThrow();
});

test("a wrapper that throws while the chain is compiled fails the change and names the plugin", async () => {
  const { service } = serviceOf();
  await service.start();
  const undeclared = { name: "odd", callbacks: { nowhere: () => {} } } as unknown as Plugin;

  await expect(service.addPlugin(undeclared)).rejects.toThrow('plugin "odd" implements callback "nowhere"');
  expect(service.info().plugins).toHaveLength(2);
});
