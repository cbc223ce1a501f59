import { expect, test } from "@jest/globals";
import { compileChain, cont, planChain, step, UnhandledCallback } from "@weft/plugin-chain";
import { f1, f1Callbacks } from "./f1.js";

const onError = (error: unknown) => {
  throw error;
};

function compiledF1() {
  const { service, plugins, asked } = f1();
  return { asked, dispatch: compileChain(f1Callbacks, planChain({ service, plugins }), { onError }) };
}

test.each([
  ["stop-S", "x", ["S", "x"], ["S"]],
  ["stop-P3", "x", ["P3", "x"], ["S", "P3"]],
  ["stop-P4", "x", ["P4", "x"], ["S", "P3", "P4"]],
  [1, 2, ["P1", 1, 2], ["S", "P3", "P4"]],
])("plugin-chain P3: f1(%j, %j) is answered %j after asking %j", (a, b, answer, whom) => {
  const { dispatch, asked } = compiledF1();

  expect(dispatch.f1(a, b)).toEqual(answer);
  expect(asked).toEqual(whom);
});

test("plugin-chain P4: a service that continues is asked first, one that implements nothing is not asked", () => {
  const { dispatch, asked } = compiledF1();

  expect(dispatch.f3()).toBe("P3");
  expect(dispatch.f2()).toBe("P2");
  expect(asked).toEqual(["S", "P3", "P2"]);
});

test("plugin-chain P5: two arities are two callbacks, and any other number of arguments reaches nobody", () => {
  const asked: string[] = [];
  const callbacks = {
    g1: step<[a: string], string>(),
    g2: step<[a: string, b: string], string>({ arity: 2 }),
  };
  const says = (name: string) => () => {
    asked.push(name);
    return name;
  };
  const service = { name: "S", callbacks: { g1: says("one"), g2: says("two") } };
  const dispatch = compileChain(callbacks, planChain<typeof callbacks>({ service, plugins: [] }), { onError });

  expect([dispatch.g1("a"), dispatch.g2("a", "b")]).toEqual(["one", "two"]);
  // @ts-expect-error: one argument for two parameters
  expect(() => dispatch.g2("a")).toThrow(UnhandledCallback);
  // @ts-expect-error: two arguments for one parameter
  expect(() => dispatch.g1("a", "b")).toThrow(UnhandledCallback);
  expect(asked).toEqual(["one", "two"]);
});

const endless = {
  open: step<[a: string], string>(),
  closed: step<[a: string], string>({ default: "the default" }),
};

test.each([
  ["with the same arguments", () => cont],
  ["with new arguments", (a: string) => cont(`${a}!`)],
  ["later", async () => cont],
])("plugin-chain P12: everyone continues, %s: the declared default, or UnhandledCallback", async (_how, implement) => {
  const part = (name: string) => ({ name, callbacks: { open: implement, closed: implement } });
  const chain = planChain<typeof endless>({ service: part("S"), plugins: [part("A"), part("B")] });
  const dispatch = compileChain(endless, chain, { onError });

  expect(await dispatch.closed("a")).toBe("the default");
  await expect((async () => dispatch.open("a"))()).rejects.toThrow(UnhandledCallback);
});

test.each(["at once", "later"])(
  "plugin-chain P13: what an implementer throws %s reaches the caller, and nobody below runs",
  async (when) => {
    const asked: string[] = [];
    const failure = new Error("no");
    const chain = planChain<typeof endless>({
      service: {
        name: "S",
        callbacks: {
          open() {
            if (when === "later") return Promise.reject(failure);
            throw failure;
          },
        },
      },
      plugins: [{ name: "A", callbacks: { open: (a) => `${asked.push(a)}` } }],
    });
    const dispatch = compileChain(endless, chain, { onError });

    await expect((async () => dispatch.open("a"))()).rejects.toBe(failure);
    expect(asked).toEqual([]);
  },
);
