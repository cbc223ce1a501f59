import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type Action, type ActionName, actions, createMemoryStore, createNamespaces } from "@weft/cache";
import { fakeClock } from "@weft/core/testkit";
import { current, ofCase } from "./case-namespaces.js";
import { type Door, type DoorKind, doors } from "./doors.js";

const opened = new Map<DoorKind, Door>();
beforeAll(async () => {
  for (const kind of doors) opened.set(kind, await kind.open(ofCase));
});
afterAll(async () => {
  for (const door of opened.values()) await door.close();
});

const table = (Object.values(actions) as object as Action[]).flatMap(({ name, examples }) =>
  examples.flatMap((example) =>
    doors
      .filter((kind) => kind.carries({ action: name as ActionName, args: example.input }))
      .map((kind) => [name, example.title, kind.name, example, kind] as const),
  ),
);

test.each(table)("cache E1: the example of %s, %s, holds, by %s", async (name, _title, _door, example, kind) => {
  const door = opened.get(kind) as Door;
  current.use(createNamespaces(createMemoryStore({ capacity: 1_000, clock: fakeClock() })));
  for (const [action, args] of example.given ?? []) await door.send({ action: action as ActionName, args });

  const answer = await door.send({ action: name as ActionName, args: example.input });

  if (kind.tellsMore) expect(answer).toMatchObject(example.output);
  else expect(answer).toEqual(example.output);
});

test("cache E2: every action has an example", () => {
  expect((Object.values(actions) as object as Action[]).filter(({ examples }) => examples.length === 0)).toEqual([]);
});
