import { expect, test } from "@jest/globals";
import { ConfigError } from "@weft/core";
import { fakeClock } from "@weft/core/testkit";
import { createService, type ManagementError, type Plugin, type Schema } from "../index.js";

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A plugin that writes its starts and stops into `events`. */
function noting(events: string[], name: string, more: Partial<Plugin> = {}): Plugin {
  return {
    name,
    stop: () => void events.push(`stop ${name}`),
    ...more,
    start(own, context) {
      events.push(`start ${name}`);
      return more.start?.(own, context);
    },
  };
}

function serviceOf(plugins: Plugin[], config = {}) {
  const clock = fakeClock();
  const service = createService({ service: { name: "S" }, callbacks: {}, plugins, config, clock, random: () => 0.5 });
  return { service, clock };
}

const outcomes = (report: { plugins: readonly { plugin: string; outcome: string }[] }) =>
  report.plugins.map(({ plugin, outcome }) => `${plugin} ${outcome}`);

const port: Schema<{ port: number }> = {
  safeParse(value) {
    const { port: given = 80 } = value as { port?: number };
    if (typeof given === "number") return { success: true, data: { port: given } };
    return { success: false, error: { issues: [{ path: ["port"], message: "no number" }] } };
  },
};

test("a schema fills defaults, and the result is frozen", async () => {
  let got: unknown;
  const plugin: Plugin = {
    name: "web",
    settings: { schema: port },
    start(own) {
      got = own;
      return undefined;
    },
  };
  const { service } = serviceOf([plugin]);

  await service.start();

  expect(got).toEqual({ port: 80 });
  expect(service.config).toEqual({ web: { port: 80 } });
  expect(Object.isFrozen(got) && Object.isFrozen(service.config)).toBe(true);
});

test("every problem of a configuration is reported, without its values", async () => {
  const settings = { schema: port };
  const { service } = serviceOf([
    { name: "a", settings },
    { name: "b", settings: { ...settings, key: "bee" } },
  ]);

  const error: unknown = await service
    .start({ config: { a: { port: "hunter2" }, bee: { port: true } } })
    .catch((thrown: unknown) => thrown);

  expect(error).toBeInstanceOf(ConfigError);
  expect((error as ConfigError).problems).toEqual([
    'a.port: no number (plugin "a")',
    'bee.port: no number (plugin "b")',
  ]);
  expect(service.status).toBe("unknown");

  await service.start({ config: { a: { port: 1 } } });
  expect(service.status).toBe("running");
});

test("a reconfiguration that fails a schema changes nothing", async () => {
  const events: string[] = [];
  const { service } = serviceOf([noting(events, "web", { settings: { schema: port } })]);
  await service.start();
  const before = service.config;

  await expect(service.reconfigure({ web: { port: "x" } })).rejects.toThrow(ConfigError);

  expect(service.config).toBe(before);
  expect(events).toEqual(["start web"]);
});

test("the change of a marked setting restarts the plugin with the new configuration", async () => {
  const events: string[] = [];
  const ports: unknown[] = [];
  const web = noting(events, "web", {
    settings: { schema: port, restart: ["port"] },
    start: (own) => void ports.push((own as { port: number }).port),
    updated: () => void events.push("updated web"),
  });
  const { service } = serviceOf([web]);
  await service.start();

  const quiet = await service.reconfigure({ other: 1 });
  const loud = await service.reconfigure({ web: { port: 81 } });

  expect(outcomes(quiet)).toEqual(["S kept", "web kept"]);
  expect(outcomes(loud)).toEqual(["S kept", "web restarted"]);
  expect(events).toEqual(["start web", "updated web", "stop web", "start web"]);
  expect(ports).toEqual([80, 81]);
});

test("a plugin that asks for it is restarted", async () => {
  const events: string[] = [];
  const { service } = serviceOf([noting(events, "moody", { updated: () => "restart" })]);
  await service.start();

  expect(outcomes(await service.reconfigure({}))).toEqual(["S kept", "moody restarted"]);
  expect(events).toEqual(["start moody", "stop moody", "start moody"]);
});

test("a plugin that does not come back from its restart fails the service until it does", async () => {
  let isBroken = false;
  const start = () => {
    if (isBroken) throw new Error("port in use");
    return undefined;
  };
  const { service, clock } = serviceOf([{ name: "web", start, settings: { restart: ["port"] } }]);
  await service.start();

  isBroken = true;
  const report = await service.reconfigure({ web: { port: 81 } });
  expect(outcomes(report)).toEqual(["S kept", "web failed"]);
  expect([service.status, service.isLive(), service.info().reason]).toEqual([
    "failed",
    false,
    'plugin "web", start: port in use',
  ]);

  isBroken = false;
  clock.advance(750);
  await turn();
  expect(service.status).toBe("running");
});

test("a new plugin that does not start rolls the change back", async () => {
  const events: string[] = [];
  const good = noting(events, "good");
  const bad = noting(events, "bad", {
    deps: ["good"],
    start() {
      throw new Error("no");
    },
  });
  const { service } = serviceOf([noting(events, "old")], { k: 1 });
  await service.start();
  const before = service.info();

  await expect(service.reconfigure({ plugins: [bad, good], k: 2 })).rejects.toMatchObject({
    plugin: "bad",
    hook: "start",
  });

  expect(events).toEqual(["start old", "start good", "start bad", "stop good"]);
  expect(service.info()).toEqual(before);
});

test("a failed service tries at once when a change may be the cure", async () => {
  const events: string[] = [];
  const bad = noting(events, "bad", {
    start() {
      throw new Error("no");
    },
  });
  const { service } = serviceOf([bad, noting(events, "good")]);
  await expect(service.start()).rejects.toThrow("no");

  const report = await service.removePlugin("bad");

  expect(outcomes(report)).toEqual(["S started", "good started", "bad stopped"]);
  expect(events).toEqual(["start good", "start bad", "stop good", "start good"]);
  expect(service.status).toBe("running");
});

test("what only a removed plugin needed goes with it, dependants first; its configuration stays", async () => {
  const events: string[] = [];
  const upper = noting(events, "upper", { deps: ["lower"] });
  const service = createService({
    service: { name: "S" },
    callbacks: {},
    plugins: [upper],
    catalogue: [noting(events, "lower")],
    config: { upper: { a: 1 } },
  });
  await service.start();

  expect(outcomes(await service.removePlugin("upper"))).toEqual(["S kept", "upper stopped", "lower stopped"]);
  expect(events).toEqual(["start lower", "start upper", "stop upper", "stop lower"]);
  expect(service.config).toEqual({ upper: { a: 1 } });
});

test("management calls that cannot apply are typed errors and change nothing", async () => {
  const { service } = serviceOf([{ name: "a" }]);
  const refusals = async (...calls: (() => Promise<unknown>)[]) => {
    const codes = [];
    for (const call of calls) codes.push(await call().catch((error: ManagementError) => error.code));
    return codes;
  };

  expect(
    await refusals(
      () => service.reconfigure({}),
      () => service.setAdminStatus("pause"),
    ),
  ).toEqual(["NOT_STARTED", "NOT_STARTED"]);
  await service.start();
  expect(
    await refusals(
      () => service.removePlugin("absent"),
      () => service.restartPlugin("absent"),
      () => service.addPlugin({ name: "a" }),
      () => service.reconfigure({ plugins: "a" } as never),
      () => service.reconfigure(7 as never),
      () => service.setAdminStatus("asleep" as never),
    ),
  ).toEqual(["NOT_LISTED", "PLUGIN_NOT_STARTED", "NAME_TAKEN", "INVALID_UPDATE", "INVALID_UPDATE", "INVALID_STATUS"]);
  expect((await service.addPlugin("a")).revision).toBe(1);

  await service.stop();
  expect(
    await refusals(
      () => service.reconfigure({}),
      () => service.setAdminStatus("active"),
    ),
  ).toEqual(["CLOSED", "CLOSED"]);
});

test("management calls that pile up are refused", async () => {
  const { service } = serviceOf([]);
  await service.start();

  const answers = await Promise.allSettled(Array.from({ length: 101 }, () => service.reconfigure({})));

  expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(100);
  expect(answers.at(-1)).toMatchObject({ reason: { code: "BUSY" } });
});

test("a plugin that comes back before its last call has ended goes on running, with the new configuration", async () => {
  const events: string[] = [];
  const back = noting(events, "back", {
    updated: (_before, after) => void events.push(`updated ${JSON.stringify(after)}`),
  });
  const { service } = serviceOf([back]);
  await service.start();
  const call = service.enter();

  await service.removePlugin("back");
  const report = await service.addPlugin(back, { back: { a: 1 } });
  call.leave();
  await turn();

  expect(outcomes(report)).toEqual(["S kept", "back kept"]);
  expect(events).toEqual(["start back", 'updated {"a":1}']);
});

test("stop during a start ends the attempt and stops what it started", async () => {
  const events: string[] = [];
  let stopped: Promise<void> | undefined;
  const lower = noting(events, "lower", {
    start() {
      stopped = service.stop();
      return undefined;
    },
  });
  const { service } = serviceOf([noting(events, "upper"), lower]);

  await expect(service.start()).rejects.toMatchObject({ code: "CLOSED" });
  await stopped;

  expect(events).toEqual(["start lower", "stop lower"]);
  expect(service.status).toBe("stopped");
});

test("a schema never sees its own result, also when a plugin comes back", async () => {
  const seen: unknown[] = [];
  const web: Plugin = {
    name: "web",
    settings: {
      schema: {
        safeParse(value) {
          seen.push(value);
          return { success: true, data: { url: new URL("http://localhost") } };
        },
      },
    },
  };
  const { service } = serviceOf([web], { web: { url: "http://localhost" } });
  await service.start();

  await service.removePlugin("web");
  await service.addPlugin(web);

  expect(seen).toEqual([{ url: "http://localhost" }, { url: "http://localhost" }]);
});
