import { expect, test } from "@jest/globals";
import type { FunctionConfig } from "@weft/contracts/function";
import { workerPoolEvents } from "../../events/events.js";
import { Impairments } from "../../peers/impairments.js";
import { functionConfig } from "../../testkit.js";
import { Breakers } from "./breakers.js";

const find = functionConfig({ function: "find" });
const search = functionConfig({ function: "search" });

function open(breakers: Breakers, config: FunctionConfig, nowMs = 0): void {
  for (let i = 0; i < 5; i++) breakers.settled(config, "failed", nowMs, breakers.started(config, nowMs));
}

function counted() {
  const changes: [hash: string, change: 1 | -1][] = [];
  class Recorded extends Impairments {
    override opened(hash: string, change: 1 | -1): void {
      changes.push([hash, change]);
      super.opened(hash, change);
    }
  }
  const impairments = new Recorded();
  return { changes, breakers: new Breakers("node-1", () => impairments) };
}

test("a new revision that defines a function as before keeps its breaker, a new definition starts anew", () => {
  const { breakers } = counted();
  open(breakers, find);

  expect(breakers.state(functionConfig({ function: "find" }).hash, 0)).toBe("open");
  expect(breakers.state(functionConfig({ function: "find", idempotent: true }).hash, 0)).toBe("closed");
});

test("those that are not closed can be seen, and closed by hand: by function, or all", () => {
  const { breakers, changes } = counted();
  open(breakers, find);
  open(breakers, search, 1_000);

  expect(breakers.open(5_000)).toEqual([
    { function: "find", version: "", state: "half_open" },
    { function: "search", version: "", state: "open" },
  ]);
  expect([breakers.reset("find"), breakers.reset("find"), breakers.reset("")]).toEqual([1, 0, 1]);
  expect(changes).toEqual([
    [find.hash, 1],
    [search.hash, 1],
    [find.hash, -1],
    [search.hash, -1],
  ]);
});

test("events tell of each that opens and of each that closes", () => {
  const { breakers } = counted();
  const told: object[] = [];
  const ends = [
    workerPoolEvents.breakerOpen.listen((message) => told.push({ opened: message })),
    workerPoolEvents.breakerClose.listen((message) => told.push({ closed: message })),
  ];

  open(breakers, find);
  breakers.settled(find, "succeeded", 6_000, breakers.started(find, 6_000));
  for (const end of ends) end();

  expect(told).toMatchObject([
    { opened: { function: "echo.find", node: "node-1" } },
    { closed: { function: "echo.find", node: "node-1" } },
  ]);
});

test("a node keeps a bounded number of them, and the count of open ones stays right", () => {
  const { breakers, changes } = counted();
  open(breakers, find);

  for (let i = 0; i < 5_000; i++) breakers.started({ ...find, hash: `hash-${i}` }, 0);

  expect(breakers.state(find.hash, 0)).toBe("closed");
  expect(changes).toEqual([
    [find.hash, 1],
    [find.hash, -1],
  ]);
});
