import { expect, test } from "@jest/globals";
import {
  all,
  around,
  compileChain,
  cont,
  notify,
  type Part,
  type Plugin,
  PluginError,
  step,
  UnhandledCallback,
} from "./index.js";

const callbacks = {
  greet: step<[name: string], string>(),
  admit: step<[name: string], "admitted">({ default: "admitted" }),
  pair: step<[a: number, b: number], number>({ arity: 2 }),
  execute: around<[name: string], Promise<string>>(),
  measure: around<[name: string], number>({ default: (name) => name.length }),
  settled: notify<[name: string, outcome: string]>({ arity: 2 }),
  ready: all<[]>({ arity: 0 }),
};
type C = typeof callbacks;

const failOnError = {
  onError(error: unknown) {
    throw error;
  },
};

function compile(...chain: Part<C>[]) {
  return compileChain(callbacks, chain, failOnError);
}

const plugin = (name: string, implemented: NonNullable<Plugin<C>["callbacks"]>): Plugin<C> => ({
  name,
  callbacks: implemented,
});

test("the first answer from the top counts", () => {
  const dispatch = compile(
    plugin("a", { greet: () => cont }),
    plugin("b", { greet: (name) => `b ${name}` }),
    plugin("c", { greet: () => "c" }),
  );

  expect(dispatch.greet("x")).toBe("b x");
});

test("a step continues with other arguments, synchronously and after a pending step", async () => {
  const shout: Plugin<C> = plugin("shout", { greet: (name) => cont(name.toUpperCase()) });
  const wait = plugin("wait", { greet: async () => cont });
  const answer = plugin("answer", { greet: (name) => name });

  expect(compile(shout, answer).greet("x")).toBe("X");
  expect(await compile(wait, shout, answer).greet("x")).toBe("X");
  expect(await compile(shout, wait, answer).greet("x")).toBe("X");
});

test("a chain without an answer gives the default, or throws, and never shows cont", async () => {
  const dispatch = compile(plugin("a", { greet: () => cont, admit: (name) => cont(name) }));
  const pending = compile(plugin("a", { greet: async () => cont, admit: async (name) => cont(name) }));

  expect(() => dispatch.greet("x")).toThrow(UnhandledCallback);
  expect(dispatch.admit("x")).toBe("admitted");
  await expect(pending.greet("x")).rejects.toThrow('callback "greet" was not handled');
  await expect(pending.admit("x")).resolves.toBe("admitted");
});

test("wrong arguments do not compile, and are refused if forced", () => {
  // @ts-expect-error: the callback takes a string
  const wrong = plugin("wrong", { greet: () => cont(1) });
  // @ts-expect-error: one argument is missing
  const few = plugin("few", { pair: (a) => cont(a) });
  // @ts-expect-error: greet answers a string
  plugin("nonsense", { greet: () => 7 });
  // @ts-expect-error: two parameters need their number said
  step<[a: number, b: number], number>();
  // @ts-expect-error: and said right
  step<[a: number, b: number], number>({ arity: 3 });

  expect(() => compile(few).pair(1, 2)).toThrow(PluginError);
  // @ts-expect-error: two arguments for one parameter
  expect(() => compile(wrong).greet("x", "y")).toThrow("arguments expected: 1, given: 2");
});

test("arounds wrap each other from the top down and see the result", async () => {
  const trace: string[] = [];
  const tracing = (name: string) =>
    plugin(name, {
      execute: (next) => async (call) => {
        trace.push(`${name} in`);
        const result = await next(call);
        trace.push(`${name} out`);
        return `${name}(${result})`;
      },
    });
  const dispatch = compile(tracing("a"), tracing("b"), plugin("c", { execute: () => async (call) => call }));

  expect(await dispatch.execute("x")).toBe("a(b(x))");
  expect(trace).toEqual(["a in", "b in", "b out", "a out"]);
  expect(() => compile().execute("x")).toThrow(UnhandledCallback);
  expect(compile().measure("four")).toBe(4);
});

test("everyone is notified, whoever throws", async () => {
  const told: string[] = [];
  const failures: string[] = [];
  const dispatch = compileChain(
    callbacks,
    [
      plugin("a", {
        settled: () => {
          throw new Error("a failed");
        },
      }),
      plugin("b", { settled: async () => Promise.reject(new Error("b failed")) }),
      plugin("c", { settled: (name, outcome) => void told.push(name, outcome) }),
    ],
    { onError: (error, at) => failures.push(`${at.plugin}.${at.callback}: ${(error as Error).message}`) },
  );

  dispatch.settled("x", "ok");
  await new Promise(setImmediate);
  expect(told).toEqual(["x", "ok"]);
  expect(failures).toEqual(["a.settled: a failed", "b.settled: b failed"]);
});

test("the first no decides", async () => {
  const asked: string[] = [];
  const says = (name: string, answer: boolean | Promise<boolean>) =>
    plugin(name, {
      ready() {
        asked.push(name);
        return answer;
      },
    });

  expect(compile().ready()).toBe(true);
  expect(compile(says("a", true), says("b", false), says("c", true)).ready()).toBe(false);
  expect(await compile(says("d", Promise.resolve(true)), says("e", true)).ready()).toBe(true);
  expect(asked).toEqual(["a", "b", "d", "e"]);
});

test("undeclared callbacks and those that are no functions are reported together", () => {
  const wrong = { name: "wrong", callbacks: { gret: () => cont, ready: 7 } } as unknown as Part<C>;

  expect(() => compile(wrong, { name: "wrong" })).toThrow(
    expect.objectContaining({
      problems: [
        expect.objectContaining({ code: "UNDECLARED_CALLBACK" }),
        expect.objectContaining({ code: "INVALID_CALLBACK" }),
        expect.objectContaining({ code: "DUPLICATE_PLUGIN" }),
      ],
    }),
  );
});
