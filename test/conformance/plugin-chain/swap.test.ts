import { expect, test } from "@jest/globals";
import { createService, type Plugin, step } from "@weft/plugin-chain";
import { runningF2 } from "./f2.js";
import { settle, taken } from "./traced.js";

const callbacks = { greet: step<[gate: Promise<void>], string>() };
type Greeting = typeof callbacks;

test("plugin-chain P27: a swap reaches new calls at once, calls in flight finish on the old chain", async () => {
  const trace: string[] = [];
  const greets = (name: string): Plugin<Greeting> => ({
    name,
    start: () => void trace.push(`start ${name}`),
    stop: () => void trace.push(`stop ${name}`),
    callbacks: {
      async greet(gate) {
        trace.push(`call ${name}`);
        await gate;
        return name;
      },
    },
  });
  const service = createService({ service: { name: "S" }, callbacks, plugins: [greets("A")] });
  await service.start();
  let open = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });

  const callOnOld = service.call.greet(gate);
  const { plugins: outcomes } = await service.reconfigure({ plugins: [greets("B")] });
  const callOnNew = service.call.greet(Promise.resolve());

  expect(await callOnNew).toBe("B");
  expect(trace).toEqual(["start A", "call A", "start B", "call B"]);
  expect(outcomes.map(({ plugin, outcome }) => `${plugin} ${outcome}`)).toEqual(["S kept", "B started", "A leaving"]);

  open();
  expect(await callOnOld).toBe("A");
  await settle();
  expect(trace.at(-1)).toBe("stop A");
});

test("plugin-chain P28: a plugin that is added starts with what it needs, and nobody else", async () => {
  const { service, trace, p } = await runningF2({ plugins: "none" });

  await service.addPlugin(p, { q: { a: 5 } });

  expect(taken(trace)).toBe("merge S,P,Q · config S,P,Q · start Q,P");
  expect(service.config).toEqual({ q: { a: 5, b: 6 }, p: { a: 1, b: 2 }, s: { a: 3, b: 4 } });
  expect(service.info().plugins.map(({ name }) => name)).toEqual(["S", "P", "Q", "base"]);
  expect(service.status).toBe("running");

  await service.stop();
  expect(taken(trace)).toContain("stop S,P · end child · stop Q");
});
