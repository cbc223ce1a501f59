import { describe, expect, test } from "@jest/globals";
import { Code, Reason } from "@weft/core";
import { fakeClock } from "@weft/core/testkit";
import type { Action } from "../actions/action.js";
import { actions, streamActions } from "../actions/registry.js";
import { createMemoryStore } from "../engine/memory-store.js";
import { createNamespaces } from "./namespaces.js";

const openStore = () => createMemoryStore({ capacity: 10, clock: fakeClock() });
const denied = { code: Code.PermissionDenied, reason: Reason.PermissionDenied, message: "Permission denied" };
const mesh = { namespace: "mesh-results" };

test("a name that nobody has declared is told", () => {
  const namespaces = createNamespaces(openStore(), { sessions: openStore() });

  expect(namespaces.of("sessions")).toMatchObject({ name: "sessions" });
  expect(() => namespaces.of("x".repeat(100))).toThrow(`no namespace "${"x".repeat(64)}"`);
  expect(namespaces.all.map(({ name }) => name)).toEqual(["", "sessions"]);
});

describe("the namespace of the mesh", () => {
  const all = Object.values(actions) as object as Action[];

  test.each(all.map((action) => [action.name, action] as const))("is not for a client's %s", (_name, action) => {
    const store = openStore();
    const namespaces = createNamespaces(openStore(), { "mesh-results": store });
    const input = { ...action.examples[0]?.input, ...mesh };

    expect(() => action.call(namespaces, input)).toThrow(expect.objectContaining(denied));

    expect(namespaces.all.map(({ calls }) => calls)).toEqual([{}, {}]);
    expect(store.stats()).toMatchObject({ size: 0, totalGets: 0, totalSets: 0, totalRemoves: 0 });
  });

  test("is not for a client's watch", () => {
    const namespaces = createNamespaces(openStore(), { "mesh-results": openStore() });

    expect(() => streamActions.watch.open(namespaces, mesh, new AbortController().signal)).toThrow(
      expect.objectContaining(denied),
    );
  });

  test("does not say whether it is there", () => {
    expect(() => createNamespaces(openStore()).of("mesh-results")).toThrow(expect.objectContaining(denied));
  });

  test("is for the mesh, with batches that name it themselves or in an item", async () => {
    const { forMesh } = createNamespaces(openStore(), { "mesh-results": openStore() });
    const entries = [
      { key: "a", value: 1 },
      { key: "b", value: 2, ...mesh },
    ];

    expect(await actions.set_many.call(forMesh, { entries, ...mesh })).toMatchObject({
      items: [{ outcome: {} }, { outcome: {} }],
    });

    expect(await actions.list.call(forMesh, { ...mesh })).toMatchObject({ totalCount: 2 });
    expect(await actions.list.call(forMesh, {})).toMatchObject({ totalCount: 0 });
  });
});
