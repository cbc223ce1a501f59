import { expect, test } from "@jest/globals";
import { around, createService, type Plugin, step } from "@weft/plugin-chain";

const callbacks = {
  admit: step<[call: number], "admitted">({ default: "admitted" }),
  execute: around<[call: number], Promise<{ readonly call: number; readonly by: string }>>(),
};

/** A worker of one generation, which must be running whenever a call reaches it. */
function worker(generation: number, faults: string[]): Plugin<typeof callbacks> & { readonly isRunning: boolean } {
  let isRunning = false;
  const name = `worker-${generation}`;
  return {
    name,
    get isRunning() {
      return isRunning;
    },
    async start() {
      await tick();
      isRunning = true;
      return undefined;
    },
    async stop() {
      isRunning = false;
      await tick();
    },
    callbacks: {
      execute: () => async (call) => {
        if (!isRunning) faults.push(`${name} was called before its start or after its stop`);
        await tick();
        if (!isRunning) faults.push(`${name} was stopped under a call`);
        return { call, by: name };
      },
    },
  };
}

const tick = () => new Promise((resolve) => setImmediate(resolve));

test("ten swaps under the load of eight callers fail no call and lose none", async () => {
  const faults: string[] = [];
  const generations = Array.from({ length: 11 }, (_, generation) => worker(generation, faults));
  const service = createService({ service: { name: "S" }, callbacks, plugins: [generations[0] as Plugin] });
  await service.start();
  let isLoaded = true;
  const answeredBy = new Map<string, number>();

  async function caller(first: number): Promise<number> {
    let answers = 0;
    for (let call = first; isLoaded; call += 8) {
      const entered = service.enter();
      if ((await entered.dispatch.admit(call)) !== "admitted") faults.push(`${call} was not admitted`);
      const { call: echoed, by } = await entered.dispatch.execute(call);
      entered.leave();
      if (echoed !== call) faults.push(`${call} got the answer of ${echoed}`);
      answeredBy.set(by, (answeredBy.get(by) ?? 0) + 1);
      answers += 1;
    }
    return answers;
  }

  const callers = Array.from({ length: 8 }, (_, index) => caller(index));
  for (const next of generations.slice(1)) {
    for (let wait = 0; wait < 20; wait++) await tick();
    await service.replacePlugins([next]);
  }
  for (let wait = 0; wait < 20; wait++) await tick();
  isLoaded = false;
  const answers = await Promise.all(callers);
  await tick();
  await service.reconfigure({}); // behind every stop that waits in the queue

  expect(faults).toEqual([]);
  expect(Math.min(...answers)).toBeGreaterThan(0);
  expect([...answeredBy.keys()]).toEqual(generations.map(({ name }) => name));
  expect(generations.map(({ isRunning }) => isRunning)).toEqual([...Array(10).fill(false), true]);
  expect([service.inFlight, service.info().revision]).toEqual([0, 12]);
});
