import { expect, test } from "@jest/globals";
import { createService } from "@weft/plugin-chain";
import { runningF2 } from "./f2.js";
import { taken } from "./traced.js";

test("plugin-chain P23: reconfigure merges, configures, then tells everyone from the bottom up", async () => {
  const { service, trace } = await runningF2();

  await service.reconfigure({ p: { a: 10 }, q: { a: 20 } });

  expect(taken(trace)).toBe("merge S,P,Q · config S,P,Q · updated Q,P,S");
  expect(service.config).toEqual({ p: { a: 10, b: 11 }, q: { a: 20, b: 21 }, s: { a: 3, b: 4 } });
  expect(service.status).toBe("running");
});

const failure = new Error("will not");
const fails = () => {
  throw failure;
};

test.each([
  ["merge", "merge S,P"],
  ["config", "merge S,P,Q · config S,P"],
] as const)("plugin-chain P24: a %s hook that fails changes nothing", async (hook, events) => {
  let isFaulty = false;
  const { service, trace } = await runningF2({ p: { [hook]: () => (isFaulty ? fails() : undefined) } });
  const before = service.config;
  isFaulty = true;

  const answer = service.reconfigure({ p: { a: 10 } });

  await expect(answer).rejects.toMatchObject({ code: "HOOK_FAILED", plugin: "P", hook, cause: failure });
  expect(taken(trace)).toBe(events);
  expect(service.config).toBe(before);
  expect(service.status).toBe("running");
});

const started = async (options: Partial<Parameters<typeof createService>[0]> = {}, config = {}) => {
  const service = createService({ service: { name: "S" }, callbacks: {}, plugins: [], ...options });
  await service.start({ config });
  return service;
};

test("plugin-chain P25: a layer merges deeply", async () => {
  const service = await started({ config: { k: { x: 1, y: 2 } } });

  await service.reconfigure({ k: { x: 9 } });

  expect(service.config).toEqual({ k: { x: 9, y: 2 } });
});

test("plugin-chain P25: what a merge hook made of a key is kept", async () => {
  const adds = {
    name: "adds",
    merge: ({ n }: { n?: number }, update: { n?: number }) => ({ n: (n ?? 0) + (update.n ?? 0) }),
  };
  const service = await started({ plugins: [adds], config: { n: 1 } });

  await service.reconfigure({ n: 2, other: true });
  expect(service.config).toEqual({ n: 3, other: true });
  await service.reconfigure({});
  expect(service.config).toEqual({ n: 3, other: true });
});

test("plugin-chain P26: the layers stay in their order, whatever is reconfigured", async () => {
  const service = await started({ config: { k: 1 }, environment: { k: 2 } }, { k: 3 });
  const seen = [service.config.k];

  for (const update of [{ q: 1 }, { k: 4 }, { q: 2 }]) {
    await service.reconfigure(update);
    seen.push(service.config.k);
  }

  expect(seen).toEqual([3, 3, 4, 4]);
  expect(service.config).toEqual({ k: 4, q: 2 });
});
