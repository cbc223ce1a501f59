import { expect, test } from "@jest/globals";
import { ManagementError, PluginError } from "@weft/plugin-chain";
import fc from "fast-check";
import { type Fault, type FaultKind, faultyHooks, LifeCycleModel, pluginNames } from "./life-cycle-model.js";

const kinds: readonly FaultKind[] = ["throws", "hangs", "late", "nonsense"];
const everyFault: readonly Fault[] = faultyHooks.flatMap((hook) =>
  ["S", ...pluginNames].flatMap((plugin) => kinds.map((kind) => ({ hook, plugin, kind }))),
);

/** One life with everything in it; what goes wrong in it must be answered by a typed error, or reported. */
const script: readonly ((model: LifeCycleModel) => Promise<unknown>)[] = [
  (model) => model.settle(model.service.start()),
  (model) => model.settle(model.service.reconfigure({ k: 1 })),
  (model) => model.settle(model.service.setAdminStatus("inactive")),
  (model) => model.settle(model.service.setAdminStatus("active")),
  (model) => model.settle(model.service.replacePlugins([model.plugin("b")])),
  (model) => model.settle(model.service.addPlugin(model.plugin("d"), { k: 2 })),
];

test.each(everyFault.map((fault) => [fault.hook, fault.plugin, fault.kind, fault] as const))(
  "whenever the %s hook of %s goes wrong (%s), only what runs is stopped, once, and what runs is what the service says",
  async (_hook, _plugin, _kind, fault) => {
    for (let at = 0; at < script.length; at++) {
      const model = new LifeCycleModel();
      for (const [index, step] of script.entries()) {
        if (index === at) model.break(fault);
        const error = await step(model);
        model.check();
        if (error !== undefined) expect([PluginError, ManagementError]).toContain((error as Error).constructor);
      }
      model.heal();
      await model.pass(60_000);
      model.check();
      await model.settle(model.service.stop());
      await model.pass(60_000); // a start that comes back late is stopped late

      expect([...model.violations, ...model.running]).toEqual([]);
    }
  },
);

const somePlugin = fc.constantFrom(...pluginNames);
const someFault = fc.constantFrom(...everyFault);
const someList = fc.shuffledSubarray(pluginNames);

type Operation = (model: LifeCycleModel) => Promise<unknown>;

const operations: fc.Arbitrary<{ name: string; run: Operation }> = fc.oneof(
  op("active", fc.constant(undefined), (model) => model.settle(model.service.setAdminStatus("active"))),
  op("pause", fc.constant(undefined), (model) => model.settle(model.service.setAdminStatus("pause"))),
  op("inactive", fc.constant(undefined), (model) => model.settle(model.service.setAdminStatus("inactive"))),
  op("reconfigure", fc.nat(3), (model, k) => unchangedIfRefused(model, () => model.service.reconfigure({ k }))),
  op("replace", someList, (model, list) =>
    unchangedIfRefused(model, () => model.service.replacePlugins(list.map((name) => model.plugin(name)))),
  ),
  op("add", somePlugin, (model, name) => unchangedIfRefused(model, () => model.service.addPlugin(model.plugin(name)))),
  op("remove", somePlugin, (model, name) => unchangedIfRefused(model, () => model.service.removePlugin(name))),
  op("restart", somePlugin, (model, name) => model.restart(name)),
  op("kill", somePlugin, (model, name) => model.killChildren(name)),
  op("wait", fc.constantFrom(100, 2_000, 40_000), (model, ms) => model.pass(ms)),
  op("fault", someFault, async (model, fault) => model.break(fault)),
);

function op<Input>(
  name: string,
  input: fc.Arbitrary<Input>,
  run: (model: LifeCycleModel, input: Input) => Promise<unknown>,
): fc.Arbitrary<{ name: string; run: Operation }> {
  return input.map((given) => ({ name: `${name} ${JSON.stringify(given) ?? ""}`, run: (model) => run(model, given) }));
}

/** A change that is answered with an error has changed neither chain nor configuration. */
async function unchangedIfRefused(model: LifeCycleModel, change: () => Promise<unknown>): Promise<void> {
  const facts = () => {
    const { plugins, config, revision } = model.service.info();
    return JSON.stringify([plugins.map(({ name }) => name), config, revision]);
  };
  const before = facts();
  const error = await model.settle(change());
  if (error !== undefined && facts() !== before) model.violations.push(`${error} changed ${before} to ${facts()}`);
}

test("any operations and any faults leave a service whose books are right, and that can be stopped", async () => {
  await fc.assert(
    fc.asyncProperty(someList, fc.array(operations, { maxLength: 15 }), async (listed, steps) => {
      const model = new LifeCycleModel(listed);
      await model.settle(model.service.start());
      for (const { run } of steps) {
        await run(model);
        model.check();
      }
      model.heal();
      await model.pass(60_000);
      await model.settle(model.service.stop());
      await model.pass(60_000);

      expect([...model.violations, ...model.running]).toEqual([]);
    }),
    { numRuns: 150 },
  );
});
