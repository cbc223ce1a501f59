import { expect, test } from "@jest/globals";
import { createNode, type Node } from "./node.js";
import { createPanicGuard } from "./panic-guard.js";

const cases: readonly [name: string, before: string, after: string, believed: string][] = [
  ["half of the nodes may go at once", "abcd", "ab", "ab"],
  ["more than half may not", "abcd", "a", "abcd"],
  ["the last one may not either", "a", "", "a"],
  ["additions count at once, whatever is missing", "abc", "xy", "abcxy"],
  ["nodes that said they were draining are no loss", "aBCD", "a", "a"],
  ["they do not hide the loss of others", "abCD", "", "ab"],
];
test.each(cases)("%s: %s, %s, %s", (_, before, after, believed) => {
  const verdict = createPanicGuard().judge(nodes(before), nodes(after), 0);

  expect(ports(verdict.nodes)).toEqual(ports(nodes(believed)));
  expect(verdict.recheckMs).toBe(ports(verdict.nodes).length > after.length ? 5_000 : undefined);
});

test("a doubted removal is believed after 10 s, by then also if it has grown", () => {
  const guard = createPanicGuard();

  expect(guard.judge(nodes("abcd"), nodes("a"), 100).nodes).toHaveLength(4);
  expect(guard.judge(nodes("abcd"), nodes(""), 10_099).nodes).toHaveLength(4);
  expect(guard.isDoubting).toBe(true);
  expect(guard.judge(nodes("abcd"), nodes(""), 10_100).nodes).toHaveLength(0);
  expect(guard.isDoubting).toBe(false);
});

/** One node per letter; a capital one is draining. */
function nodes(letters: string): readonly Node[] {
  return [...letters].map((letter) =>
    createNode({
      service: "places",
      address: `127.0.0.1:${letter.toLowerCase().charCodeAt(0)}`,
      incarnation: 1,
      draining: letter !== letter.toLowerCase(),
    }),
  );
}

const ports = (list: readonly Node[]) => list.map((node) => node.address).sort();
