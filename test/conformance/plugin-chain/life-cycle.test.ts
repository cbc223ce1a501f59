import { expect, test } from "@jest/globals";
import { ManagementError, PluginError } from "@weft/plugin-chain";
import { f2, runningF2 } from "./f2.js";
import { settle, taken } from "./traced.js";

test("plugin-chain P14: config hooks run from the top down on the merged layers; serviceConfig ran before them", async () => {
  let seen: unknown;
  const { service, trace } = f2({
    s: {
      callbacks: {
        serviceConfig(config) {
          seen = config;
          return config;
        },
      },
    },
  });

  await service.start({ config: { q: { a: 2 }, z: 1 } });

  expect(taken(trace)).toContain("config S,P,Q");
  expect(service.config).toEqual({ p: { a: 1, b: 2 }, q: { a: 2, b: 3 }, s: { a: 3, b: 4 }, z: 1 });
  expect(seen).toEqual({ p: { a: 1 }, q: { a: 2 }, s: { a: 3 }, z: 1 });
});

test("plugin-chain P15: plugins start from the bottom up, then everyone hears that the service is running", async () => {
  const { service, trace, worker } = f2();

  await service.start();

  expect(taken(trace)).toMatch(/start Q,P,S · status\(running\) S,P,Q$/);
  expect(worker.isAlive).toBe(true);
});

test("plugin-chain P16: plugins stop from the top down, and children end right after their plugin's hook", async () => {
  const { service, trace, worker } = await runningF2();

  await service.stop();

  expect(taken(trace)).toBe("status(stopping) S,P,Q · stop S,P · end child · stop Q · status(stopped) S,P,Q");
  expect(worker.isAlive).toBe(false);
  expect(() => service.enter()).toThrow('service "S" is not running');
  await expect(service.restartPlugin("P")).rejects.toThrow(ManagementError);
});

test("plugin-chain P17: a plugin whose children ended for good is started again, alone, after the backoff", async () => {
  const { service, trace, worker, clock } = await runningF2();

  await worker.killForGood();
  const fallen = { status: service.status, isLive: service.isLive(), lives: worker.lives };
  clock.advance(750);
  await settle();

  expect(fallen).toEqual({ status: "failed", isLive: false, lives: 3 });
  expect(taken(trace).replace("end child,child,child · ", "")).toBe(
    "status(failed) S,P,Q · start P · status(running) S,P,Q",
  );
  expect([service.status, service.isLive(), worker.isAlive]).toEqual(["running", true, true]);
});

test("plugin-chain P18: pause stops nothing and refuses calls; active again starts nothing", async () => {
  const { service, trace, worker } = await runningF2();

  await service.setAdminStatus("pause");
  expect(taken(trace)).toBe("status(pausing) S,P,Q · status(paused) S,P,Q");
  expect([worker.isAlive, worker.lives, await service.isReady(), service.isLive()]).toEqual([true, 1, false, true]);
  expect(() => service.enter()).toThrow('service "S" is paused');

  await service.setAdminStatus("active");
  expect(taken(trace)).toBe("status(starting) S,P,Q · status(running) S,P,Q");
  expect(await service.isReady()).toBe(true);
});

test("plugin-chain P19: inactive stops everything, active starts it again", async () => {
  const { service, trace, worker } = await runningF2();

  await service.setAdminStatus("inactive");
  expect(taken(trace)).toBe("status(stopping) S,P,Q · stop S,P · end child · stop Q · status(stopped) S,P,Q");
  expect([worker.isAlive, service.isLive()]).toEqual([false, true]);

  await service.setAdminStatus("active");
  expect(taken(trace)).toBe("status(starting) S,P,Q · start Q,P,S · status(running) S,P,Q");
  expect([worker.isAlive, worker.lives]).toEqual([true, 2]);
});

test("plugin-chain P20: nothing that a plugin does keeps a status from those below", async () => {
  const told: string[] = [];
  const hides = (name: string, answer: () => boolean) => ({
    name,
    callbacks: {
      statusChanged() {
        told.push(name);
        answer();
      },
    },
  });
  const throwing = () => {
    throw new Error("not today");
  };
  const { service } = await runningF2();
  await service.addPlugin(hides("lower", () => false));
  await service.addPlugin(hides("upper", throwing));

  await service.setAdminStatus("pause");

  expect(told).toEqual(["upper", "lower", "upper", "lower"]);
});

test("plugin-chain P21: a config hook that fails fails the start, and no start hook runs", async () => {
  const failure = new Error("no such realm");
  const { service, trace } = f2({
    p: {
      config() {
        throw failure;
      },
    },
  });

  const error: unknown = await service.start().catch((thrown: unknown) => thrown);

  expect(error).toBeInstanceOf(PluginError);
  expect(error).toMatchObject({ code: "HOOK_FAILED", plugin: "P", hook: "config", cause: failure });
  expect(taken(trace)).toBe("merge S,P,Q · config S,P");
  expect(service.status).toBe("unknown");
});

test("plugin-chain P21: a config hook that returns no configuration is an invalid return", async () => {
  const { service, trace } = f2({ p: { config: () => 7 as never } });

  await expect(service.start()).rejects.toMatchObject({ code: "INVALID_RETURN", plugin: "P", hook: "config" });
  expect(taken(trace)).toBe("merge S,P,Q · config S,P");
});

test("plugin-chain P22: started paused, no start hook runs until the service becomes active", async () => {
  const { service, trace } = f2();

  await service.start({ paused: true });
  expect(service.status).toBe("paused");
  expect(taken(trace)).toBe("merge S,P,Q · config S,P,Q · status(paused) S,P,Q");

  await service.setAdminStatus("active");
  expect(taken(trace)).toBe("status(starting) S,P,Q · start Q,P,S · status(running) S,P,Q");
});
