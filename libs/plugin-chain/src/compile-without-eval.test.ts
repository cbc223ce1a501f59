import { execFileSync } from "node:child_process";
import { expect, test } from "@jest/globals";
import * as library from "./index.js";

/** Calls of every kind, and what came of them. Stands alone, since another process evaluates its text. */
async function scenario({ compileChain, step, around, notify, all, cont }: typeof library): Promise<unknown[]> {
  const seen: unknown[] = [];
  const callbacks = {
    add: step<[a: number, b: number], number>({ arity: 2 }),
    closed: step<[a: number], string>({ default: "the default" }),
    wrap: around<[a: number], number>({ default: (a) => a }),
    told: notify<[what: string]>(),
    agreed: all<[a: number]>(),
  };
  const chain: library.Part<typeof callbacks>[] = [
    {
      name: "top",
      callbacks: {
        add: (a, b) => (a > 100 ? cont(a - 100, b) : a > 50 ? Promise.resolve(cont) : cont),
        closed: () => cont,
        wrap: (next) => (a) => next(a + 1) * 10,
        told() {
          throw new Error("top cannot hear");
        },
        agreed: (a) => a < 10,
      },
    },
    {
      name: "bottom",
      callbacks: {
        add: (a, b) => (b < 0 ? (cont(1) as never) : a + b),
        told: async (what) => void seen.push(what),
        agreed: (a) => (a < 5 ? Promise.resolve(true) : (7 as never)),
      },
    },
  ];
  const dispatch = compileChain(callbacks, chain, {
    onError: (error, at) => seen.push(`${at.plugin} ${at.callback} ${(error as Error).message}`),
  });
  const calls: (() => unknown)[] = [
    () => dispatch.add(1, 2),
    () => dispatch.add(60, 2),
    () => dispatch.add(170, 2),
    () => dispatch.add(1, -1),
    () => (dispatch.add as (a: number) => unknown)(1),
    () => dispatch.closed(1),
    () => dispatch.wrap(1),
    () => dispatch.told("news"),
    () => dispatch.agreed(1),
    () => dispatch.agreed(7),
    () => dispatch.agreed(11),
  ];
  for (const call of calls) {
    try {
      const returned = call();
      seen.push([returned instanceof Promise, (await returned) ?? null]);
    } catch (error) {
      seen.push(String(error));
    }
  }
  return seen;
}

test("where code from strings is forbidden, every kind of callback behaves the same", async () => {
  const entry = new URL("./index.js", import.meta.url).href;
  const script = `const { default: _, ...library } = await import(${JSON.stringify(entry)});
    console.log(JSON.stringify(await (${scenario})(library)));`;
  const flags = ["--disallow-code-generation-from-strings", "--input-type=module", "--eval", script];

  const closures: unknown = JSON.parse(execFileSync(process.execPath, flags, { encoding: "utf8" }));

  expect(closures).toEqual(await scenario(library));
  expect(closures).toEqual([
    [false, 3],
    [true, 62],
    [false, 72],
    'PluginError: plugin "bottom", add: continued with another number of arguments: 1, not 2',
    'UnhandledCallback: callback "add" was not handled: arguments expected: 2, given: 1',
    [false, "the default"],
    [false, 20],
    "top told top cannot hear",
    "news",
    [false, null],
    [true, true],
    'PluginError: plugin "bottom", agreed: returned neither true nor false',
    [false, false],
  ]);
});
