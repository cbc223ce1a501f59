import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { FunctionConfig } from "@weft/contracts/function";
import { systemClock } from "@weft/core";
import { dispatch } from "../policies/dispatch.js";
import { resolve } from "../policies/resolve.js";
import { validate } from "../policies/validate.js";
import { callRequest, type FakeMesh, type FakeNode, fakeMesh, functionConfig } from "../testkit.js";

const clock = systemClock;
const inTurn = functionConfig({ function: "inTurn", chooseNode: { mode: "round_robin", key: "" } });
const [stuck, stuckToo] = ["stuck", "stuckToo"].map((name) =>
  functionConfig({ function: name, chooseNode: { mode: "sticky", key: "room" }, openArguments: true }),
) as [FunctionConfig, FunctionConfig];
const node = (name: string, ...functions: FakeNode["functions"]): FakeNode => ({
  name,
  functions,
  answer: () => name,
});

let mesh: FakeMesh;
let drawn = 0;
beforeEach(async () => {
  mesh = await fakeMesh({
    nodes: [node("a", inTurn, stuck, stuckToo), node("b", inTurn, stuck, stuckToo)],
    plugins: (catalogue) => [resolve({ catalogue, clock }), validate(), dispatch({ clock, caller: "test" })],
    clock,
    random: () => (drawn++ % 2) / 2,
  });
  await listed(2);
});
afterEach(() => mesh.close());

async function listed(count: number): Promise<void> {
  while (mesh.catalogue.services.get("echo")?.peers.length !== count) await new Promise(setImmediate);
  await mesh.catalogue.whenReady("echo");
}

async function nodesOf(functionName: string, args: object, count: number): Promise<readonly string[]> {
  const nodes: string[] = [];
  for (let i = 0; i < count; i++) {
    const call = mesh.newCall(callRequest(functionName, args), new AbortController());
    nodes.push((await mesh.execute(call)).node);
  }
  return nodes;
}

test("a turn goes on where it was when a node joins with another set that defines the function identically", async () => {
  expect(await nodesOf("inTurn", {}, 3)).toEqual(["a", "b", "a"]);

  mesh.join(node("c", inTurn, stuck, stuckToo, functionConfig({ function: "new" })));
  await listed(3);

  expect(await nodesOf("inTurn", {}, 3)).toEqual(["a", "b", "c"]); // the turns 3, 4 and 5 of three nodes
});

test("the functions of a service share the bindings of a key", async () => {
  const [bound] = await nodesOf("stuck", { room: 1 }, 1);

  expect(new Set(await nodesOf("stuckToo", { room: 1 }, 5))).toEqual(new Set([bound]));
  expect(new Set(await nodesOf("stuck", { room: 1 }, 5))).toEqual(new Set([bound]));
});
