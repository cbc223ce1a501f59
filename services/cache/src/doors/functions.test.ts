import { expect, test } from "@jest/globals";
import { fakeClock } from "@weft/core/testkit";
import { actions, streamActions } from "../actions/registry.js";
import { createMemoryStore } from "../engine/memory-store.js";
import { createNamespaces } from "../namespaces/namespaces.js";
import { cacheFunctions } from "./functions.js";

const namespaces = createNamespaces(createMemoryStore({ capacity: 10, clock: fakeClock() }));
const functions = cacheFunctions(namespaces, { permission: "any_authenticated" });

test("every action is a function that declares its inputs", () => {
  expect(Object.keys(functions)).toEqual(Object.keys({ ...actions, ...streamActions }));
  expect(Object.keys(functions.exists?.args ?? {})).toEqual(["key", "namespace"]);
});

test("every function leaves missing arguments to the cache and asks for the permission of the settings", () => {
  for (const definition of Object.values(functions))
    expect(definition).toMatchObject({ openArguments: true, permission: "any_authenticated" });
});

test("what is about one key goes to the node that has it", () => {
  expect(functions.increment?.select).toEqual({ hash: "key" });
  expect(functions.get_many?.select).toBe("random");
});

test("a stream action is a function that gives items", () => {
  expect(functions.watch).toMatchObject({ mode: "stream", idempotent: true });
});
