import { expect, test } from "@jest/globals";
import { fn, type RequestInfo } from "./function.js";
import type { HandlerContext } from "./handler-context.js";

// What matters here is what the compiler takes: each handler says the types that it must be given.

test("a handler gets what its declarations say", () => {
  const definition = fn({
    args: { id: "int64", name: ["string", 16], at: { type: "datetime", allowNil: true }, tags: ["list_string", {}] },
    handler({ id, name, at, tags }, context) {
      const exact: bigint = id;
      const text: string = name;
      const moment: Date | null = at;
      const words: string[] = tags;
      const signal: AbortSignal = context.signal;
      return [exact, text, moment, words, signal];
    },
  });

  expect(definition.args).toMatchObject({ id: "int64", name: ["string", 16] });
});

test("with an order the values come one by one, preset ones first and the request's own last", () => {
  const definition = fn({
    mode: "async",
    args: { id: "uuid", count: { type: "num", default: 1 } },
    argOrder: ["count", "id"],
    preset: ["shelf", 7],
    requestInfo: true,
    handler(shelf, row, count, id, info, context) {
      const presets: [string, number] = [shelf, row];
      const args: [number, string] = [count, id];
      const who: RequestInfo = info;
      const own: HandlerContext = context;
      return [...presets, ...args, who, own];
    },
  });

  expect(definition).toMatchObject({ mode: "async", argOrder: ["count", "id"], preset: ["shelf", 7] });
});

test("the order [] is that of the only argument; a map may have preset values too", () => {
  fn({ args: { id: "uuid" }, argOrder: [], handler: (id, context) => [id.length, context.requestId] });
  const definition = fn.stream({
    args: { id: "uuid" },
    preset: [true],
    stream: { idleMs: 0 },
    async *handler(on, { id }, { signal }) {
      const isOn: boolean = on;
      yield [isOn, id.length, signal.aborted];
    },
  });

  expect(definition.mode).toBe("stream");
});

test("the compiler refuses what no definition has", () => {
  // @ts-expect-error a name that is not declared
  fn({ args: { id: "uuid" }, argOrder: ["name"], handler: () => null });
  // @ts-expect-error an argument that is not declared
  fn({ args: { id: ["string", 3] }, handler: ({ name }) => name });
  // @ts-expect-error a type that there is not
  fn({ args: { id: "text" }, handler: () => null });
  // @ts-expect-error an option of another type
  fn({ args: { id: ["uuid", { maxBytes: 3 }] }, handler: () => null });
  // @ts-expect-error a limit of a type that has none
  fn({ args: { id: ["uuid", 3] }, handler: () => null });
  // @ts-expect-error a field that is misspelt
  fn({ timeout: 5_000, handler: () => null });
  // @ts-expect-error streams are declared by fn.stream
  fn({ mode: "stream", handler: () => null });
  // @ts-expect-error a policy of streams
  fn({ stream: { idleMs: 0 }, handler: () => null });
  // @ts-expect-error a callback needs its fixed arguments
  fn({ permit: { callback: "mine" }, handler: () => null });
  // @ts-expect-error no such way to choose
  fn({ select: { random: "id" }, handler: () => null });

  expect.assertions(0);
});
