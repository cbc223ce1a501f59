import { expect, test } from "@jest/globals";
import { Code } from "@weft/core";
import { fakeClock } from "@weft/core/testkit";
import { around, createService, type Plugin, step } from "../index.js";

const turn = () => new Promise((resolve) => setImmediate(resolve));
const callbacks = {
  answer: step<[how: "now" | "later" | "never"], string>(),
  items: around<[count: number], AsyncIterable<number>>(),
};

async function running(plugin: Partial<Plugin<typeof callbacks>> = {}) {
  const clock = fakeClock();
  const top: Plugin<typeof callbacks>["callbacks"] = {
    answer(how) {
      if (how === "now") return "now";
      return how === "later" ? Promise.resolve("later") : Promise.reject(new Error("never"));
    },
    items: () =>
      async function* (count) {
        for (let item = 0; item < count; item++) yield item;
      },
  };
  const service = createService({
    service: { name: "S", callbacks: top },
    callbacks,
    plugins: [{ name: "p", ...plugin }],
    clock,
  });
  await service.start();
  return { service, clock };
}

test("a call counts until its answer or the promise of it", async () => {
  const { service } = await running();

  expect(service.call.answer("now")).toBe("now");
  expect(service.inFlight).toBe(0);
  const calls = [service.call.answer("later"), service.call.answer("never")];
  expect(service.inFlight).toBe(2);
  await Promise.allSettled(calls);
  expect(service.inFlight).toBe(0);
});

test("a call that throws at once does not count on", async () => {
  const { service } = await running();

  expect(() => (service.call.answer as () => unknown)()).toThrow("arguments expected: 1, given: 0");
  expect(service.inFlight).toBe(0);
});

test("a stream counts until it has ended, is closed or was never begun", async () => {
  const { service } = await running();
  const seen: number[] = [];

  for await (const item of service.call.items(3)) seen.push(item, service.inFlight);
  expect(seen).toEqual([0, 1, 1, 1, 2, 1]);
  for await (const _ of service.call.items(3)) break;
  await service.call.items(3)[Symbol.asyncIterator]().return?.();
  expect(service.inFlight).toBe(0);
});

test("a call of several callbacks stays on one snapshot", async () => {
  const { service } = await running();
  const call = service.enter();

  await service.replacePlugins([{ name: "q", callbacks: { items: () => () => AsyncIteratorOf(7) } }]);

  const { value } = await call.dispatch.items(1)[Symbol.asyncIterator]().next();
  expect(value).toBe(0);
  call.leave();
  call.leave();
  expect(service.inFlight).toBe(0);
});

test("paused and stopped services refuse calls with their reasons", async () => {
  const { service } = await running();
  const refusal = () => {
    try {
      return service.call.answer("now");
    } catch (error) {
      return error;
    }
  };

  await service.setAdminStatus("pause");
  expect(refusal()).toMatchObject({ code: Code.Unavailable, reason: "PAUSED" });
  await service.setAdminStatus("inactive");
  expect(refusal()).toMatchObject({ code: Code.Unavailable, reason: "DRAINING" });
});

test("drain waits for the calls, then for every plugin", async () => {
  let hasWork = true;
  const { service, clock } = await running({ callbacks: { isDrained: () => !hasWork } });
  const call = service.enter();
  let answer: boolean | undefined;
  const drained = service.drain({ limitMs: 1_000 }).then((said) => {
    answer = said;
  });

  call.leave();
  await turn();
  expect(answer).toBeUndefined();
  hasWork = false;
  clock.advance(100);
  await drained;
  expect(answer).toBe(true);
  expect(clock.pending).toBe(0);
});

test("drain gives up at its limit", async () => {
  const { service, clock } = await running();
  const call = service.enter();

  const drained = service.drain({ limitMs: 1_000 });
  clock.advance(1_000);

  expect(await drained).toBe(false);
  call.leave();
});

test("a plugin that cannot say whether it is ready is not", async () => {
  const { service } = await running({
    callbacks: {
      isReady() {
        throw new Error("unsure");
      },
    },
  });

  expect(await service.isReady()).toBe(false);
});

async function* AsyncIteratorOf(item: number): AsyncGenerator<number> {
  yield item;
}
