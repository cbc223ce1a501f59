import { expect, test } from "@jest/globals";
import { fakeClock } from "@weft/core/testkit";
import { actions } from "./actions/registry.js";
import { createMemoryStore } from "./engine/memory-store.js";
import { cacheFunctions } from "./functions.js";

const functions = () => cacheFunctions(createMemoryStore({ capacity: 10, clock: fakeClock() }), "any_authenticated");

test("every action is a function that declares its inputs", () => {
  expect(Object.keys(functions())).toEqual(Object.keys(actions));
  expect(Object.keys(functions().set?.args ?? {})).toEqual(["key", "value", "ttl"]);
});

test("every function leaves missing arguments to the cache and asks for the permission of the settings", () => {
  for (const definition of Object.values(functions()))
    expect(definition).toMatchObject({ openArguments: true, permission: "any_authenticated" });
});
