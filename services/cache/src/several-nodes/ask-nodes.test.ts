import { expect, test } from "@jest/globals";
import { Code, Reason, WeftError } from "@weft/core";
import { clear } from "../actions/clear.js";
import type { Raw } from "../actions/field.js";
import type { OtherNodes } from "../other-nodes.js";
import type { Reply } from "./across.js";
import { askNodes } from "./ask-nodes.js";
import { sumOf } from "./sum.js";

const lost = new WeftError(Code.Unavailable, "connection lost", { reason: Reason.ConnectionLost, retryAfterMs: 100 });

/** A cache of a node "own" and others, which answer 1 each or what `answers` says. */
function cache(ids: string[], answers: Readonly<Record<string, () => Promise<Reply>>> = {}) {
  const asked: { name: string; input: Raw; node: string | undefined }[] = [];
  const others: OtherNodes = { self: "own", ids, watch() {}, close() {} };
  let atOnce = 0;
  let mostAtOnce = 0;
  const nodes = askNodes({
    name: clear.name,
    here: () => ({ success: true, cleared: true, previous_size: 1 }),
    others,
    async call<Result>(name: string, input: object = {}, { node }: { node?: string } = {}) {
      asked.push({ name, input: input as Raw, node });
      mostAtOnce = Math.max(mostAtOnce, ++atOnce);
      await new Promise(setImmediate);
      atOnce -= 1;
      return (await (answers[node ?? ""]?.() ?? { previous_size: 1 })) as Result;
    },
  });
  return { nodes, asked, mostAtOnce: () => mostAtOnce };
}

const clearAll = sumOf("previous_size");

test("each other node is asked for its own part, by name", async () => {
  const { nodes, asked } = cache(["a", "b"]);

  const reply = await clearAll({ namespace: "n" }, nodes);

  expect(reply).toEqual({ success: true, cleared: true, previous_size: 3 });
  expect(asked).toEqual([
    { name: "cache.clear", input: { namespace: "n", this_node: true }, node: "a" },
    { name: "cache.clear", input: { namespace: "n", this_node: true }, node: "b" },
  ]);
});

test("one that fails fails the call, which names it, once the others are done", async () => {
  const { nodes, asked } = cache(["a", "b", "c"], { a: () => Promise.reject(lost) });

  const failure = clearAll({}, nodes);

  await expect(failure).rejects.toMatchObject({
    code: Code.Unavailable,
    reason: Reason.ConnectionLost,
    message: "clear failed on 1 of 4 nodes of the cache (a): connection lost; it is done on the others",
    metadata: { nodes: "a" },
    retryAfterMs: 100,
  });
  expect(asked).toHaveLength(3);
});

test("one that has left meanwhile took its entries with it", async () => {
  const ids = ["a", "b"];
  const { nodes } = cache(ids, {
    async a() {
      ids.shift();
      throw lost;
    },
  });

  expect(await clearAll({}, nodes)).toMatchObject({ previous_size: 2 });
});

test("of many nodes a few are asked at once", async () => {
  const { nodes, mostAtOnce } = cache(Array.from({ length: 100 }, (_, i) => `n${i}`));

  expect(await clearAll({}, nodes)).toMatchObject({ previous_size: 101 });
  expect(mostAtOnce()).toBe(16);
});
