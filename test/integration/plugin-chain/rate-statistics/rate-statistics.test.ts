import { expect, test } from "@jest/globals";
import { Code, ConfigError, silentLogger, WeftError } from "@weft/core";
import { fakeClock } from "@weft/core/testkit";
import { createService } from "@weft/plugin-chain";
import { hosting, type IncomingCall } from "@weft/service";
import { rateStatistics } from "./rate-statistics.js";

const failure = new WeftError(Code.NotFound, "no such place");

async function running(settings: object = {}) {
  const clock = fakeClock();
  const logged: object[] = [];
  const service = createService({
    service: { name: "places" },
    callbacks: hosting,
    plugins: [rateStatistics({ clock })],
    config: { "rate-statistics": { windowMs: 10_000, ...settings } },
    clock,
    logger: { ...silentLogger, info: (fields) => logged.push(fields) },
  });
  await service.start();
  const handled = (functionName: string, error?: WeftError) =>
    service.call.handled({ functionName } as IncomingCall, { error, elapsedMs: 1 });
  return { service, handled, clock, logged };
}

test("rates cover the last window and nothing before it", async () => {
  const { service, handled, clock } = await running();

  handled("find");
  clock.advance(5_000);
  handled("find", failure);
  expect(service.rates()).toEqual({ find: { calls: 0.2, failures: 0.1 } });

  clock.advance(6_000);
  expect(service.rates()).toEqual({ find: { calls: 0.1, failures: 0.1 } });
});

test("functions beyond the limit share one name", async () => {
  const { service, handled } = await running({ maxFunctions: 1 });

  for (const name of ["find", "near", "export"]) handled(name);

  expect(service.rates()).toEqual({ find: { calls: 0.1, failures: 0 }, other: { calls: 0.2, failures: 0 } });
});

test("a reset forgets one function; an unknown one is refused", async () => {
  const { service, handled } = await running();
  handled("find");

  service.resetRates("find");

  expect(service.rates()).toEqual({});
  expect(() => service.resetRates("find")).toThrow(expect.objectContaining({ code: Code.NotFound }));
});

test("the rates go to the log as often as asked, until the service stops", async () => {
  const { service, handled, clock, logged } = await running({ reportEveryMs: 1_000 });
  handled("find");
  await new Promise(setImmediate);

  clock.advance(1_000);
  await new Promise(setImmediate);
  expect(logged).toEqual([{ rates: { find: { calls: 0.1, failures: 0 } } }]);

  await service.stop();
  expect(clock.pending).toBe(0);
});

test("another window starts the plugin again, from nothing", async () => {
  const { service, handled } = await running();
  handled("find");

  await service.reconfigure({ "rate-statistics": { windowMs: 1_000 } });
  expect(service.rates()).toEqual({});
  handled("find");
  expect(service.rates()).toEqual({ find: { calls: 1, failures: 0 } });
});

test("settings that make no sense are refused by name", async () => {
  const { service } = await running();

  await expect(service.reconfigure({ "rate-statistics": { windowMs: 1, window: 1 } })).rejects.toThrow(ConfigError);
  expect(service.config["rate-statistics"]).toMatchObject({ windowMs: 10_000 });
});
