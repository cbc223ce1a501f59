import { afterEach, expect, test } from "@jest/globals";
import { silentLogger } from "@weft/core";
import { fakeClock } from "@weft/core/testkit";
import { createRegistry, localBackend, Node } from "@weft/discovery";
import { configEvents } from "../events/events.js";
import { createPeers } from "../peers/peers.js";
import { functionConfig } from "../testkit.js";
import type { FunctionSet, NodeConnection } from "../transport/node-connection.js";
import { type Catalogue, createCatalogue } from "./catalogue.js";
import type { PushRequest } from "./check-push.js";

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

const settled = async () => {
  for (let i = 0; i < 50; i++) await Promise.resolve();
};

/** A catalogue over nodes that are sets by address. */
function catalogueOf(sets: Record<string, FunctionSet>) {
  const clock = fakeClock();
  const registry = createRegistry({ clock });
  const dial = (address: string) => {
    const connection: Partial<NodeConnection> = {
      async functions() {
        const set = sets[address];
        if (set === undefined) throw new Error("nobody there");
        return set;
      },
      close() {},
    };
    return connection as NodeConnection;
  };
  const catalogue = createCatalogue({
    backend: localBackend(registry),
    peers: createPeers(dial),
    clock,
    random: () => 0,
    logger: silentLogger,
  });
  ends.push(() => catalogue.close());
  /** Puts a node into the registry, and waits until that is known. */
  const join = async (address: string) => {
    const revision = sets[address]?.revision ?? "";
    registry.put({ address }, Node.fromPartial({ id: address, service: "echo", address, revision }));
    for (let i = 0; i < 4; i++) {
      await settled();
      clock.advance(50); // the registry collects changes for a moment
    }
  };
  return { catalogue, join, sets, clock };
}

const push = (fields: Partial<PushRequest> = {}): PushRequest => ({
  service: "echo",
  nodes: ["10.0.0.1:7000"],
  configVersion: "1.0.0",
  functions: [functionConfig({ function: "f" })],
  force: false,
  ...fields,
});
const namesIn = (catalogue: Catalogue) => [...(catalogue.services.get("echo")?.snapshot.keys() ?? [])];

/** What is published while `work` runs: the last part of each name, and the message. */
async function eventsOf(work: () => unknown): Promise<unknown[]> {
  const seen: unknown[] = [];
  const listening = Object.entries(configEvents).map(([name, event]) =>
    event.listen((message: object) => seen.push([name, message])),
  );
  await work();
  await settled();
  for (const end of listening) end();
  return seen;
}

test("events tell of a push and what it brought and took away", async () => {
  const { catalogue } = catalogueOf({});
  const both = [functionConfig({ function: "f" }), functionConfig({ function: "g", version: "1.0.0" })];

  expect(await eventsOf(() => catalogue.push(push({ functions: both })))).toEqual([
    ["batchAdd", { service: "echo", count: 2 }],
    ["push", { service: "echo", count: 2 }],
  ]);
  const next = push({ configVersion: "1.1.0", functions: [functionConfig({ function: "f", summary: "changed" })] });
  expect(await eventsOf(() => catalogue.push(next))).toEqual([
    ["add", { service: "echo", function: "f", version: "" }],
    ["delete", { service: "echo", function: "g", version: "1.0.0" }],
    ["push", { service: "echo", count: 1 }],
  ]);
  expect(await eventsOf(() => catalogue.push(next))).toEqual([]);
});

test("events tell of each pull from discovery", async () => {
  const { join } = catalogueOf({ "10.0.0.1:7000": { revision: "r", functions: [functionConfig({ function: "f" })] } });

  const seen = await eventsOf(() => join("10.0.0.1:7000"));

  expect(seen).toEqual([
    ["pullStart", { service: "echo" }],
    ["pullStop", { service: "echo", count: 1, outcome: "updated", duration_us: 0 }],
    ["add", { service: "echo", function: "f", version: "" }],
  ]);
});

test("events tell which versions an operator switched", async () => {
  const { catalogue } = catalogueOf({});
  const versions = ["1.0.0", "2.0.0"].map((version) => functionConfig({ function: "f", version }));
  catalogue.push(push({ functions: versions }));
  const set = (isEnabled: boolean, version?: string) =>
    eventsOf(() => catalogue.setEnabled({ service: "echo", functionName: "f", version }, isEnabled));

  expect(await set(false, "1.0.0")).toEqual([["disable", { service: "echo", function: "f", version: "1.0.0" }]]);
  expect(await set(false)).toEqual([["disable", { service: "echo", function: "f", version: "2.0.0" }]]);
  expect(await set(true, "2.0.0")).toEqual([["enable", { service: "echo", function: "f", version: "2.0.0" }]]);
});

test("a switch outlives its function, and can be put back while that is away", () => {
  const { catalogue } = catalogueOf({});
  const f = { service: "echo", functionName: "f", version: "1.0.0" };
  const withF = [functionConfig({ function: "f", version: "1.0.0" }), functionConfig({ function: "g" })];
  catalogue.push(push({ functions: withF }));

  expect(catalogue.setEnabled(f, false)).toBe(1);
  catalogue.push(push({ configVersion: "2.0.0", functions: [functionConfig({ function: "g" })] }));
  expect(catalogue.find("echo", "f", "1.0.0")).toBeUndefined();
  catalogue.push(push({ configVersion: "3.0.0", functions: withF }));
  expect(catalogue.find("echo", "f", "1.0.0")).toBe("disabled");

  catalogue.push(push({ configVersion: "4.0.0", functions: [functionConfig({ function: "g" })] }));
  expect(catalogue.setEnabled(f, true)).toBe(0);
  expect(catalogue.setEnabled(f, true)).toBeUndefined();
});

test("what an author has disabled stays so when an operator enables it", () => {
  const { catalogue } = catalogueOf({});
  catalogue.push(push({ functions: [functionConfig({ function: "f", disabled: true })] }));

  expect(catalogue.setEnabled({ service: "echo", functionName: "f" }, true)).toBe(0);
  expect(catalogue.find("echo", "f", "")).toBe("disabled");
});

test("discovery takes a pushed service over, and nothing of the push is left", async () => {
  const { catalogue, join } = catalogueOf({
    "10.0.0.2:7000": { revision: "r", functions: [functionConfig({ function: "g" })] },
  });
  catalogue.push(push());

  const seen = await eventsOf(() => join("10.0.0.2:7000"));

  expect(namesIn(catalogue)).toEqual(["g"]);
  expect(catalogue.pushedVersion("echo")).toBeUndefined();
  expect(seen).toContainEqual(["clear", { service: "echo" }]);
  expect(() => catalogue.push(push({ force: true }))).toThrow('service "echo" is in discovery');
});

test("a push that is refused changes nothing", () => {
  const { catalogue } = catalogueOf({});
  catalogue.push(push());
  const before = catalogue.services.get("echo")?.snapshot;

  const bad = push({ configVersion: "2.0.0", functions: [functionConfig({ function: "h", timeoutMs: 1 })] });
  expect(() => catalogue.push(bad)).toThrow("timeout must be an integer between 100 and 300000, or infinity");

  expect(catalogue.services.get("echo")?.snapshot).toBe(before);
  expect(catalogue.pushedVersion("echo")).toBe("1.0.0");
});

test("a forced pull of a discovered service takes what changed behind the same revision", async () => {
  const { catalogue, join, sets } = catalogueOf({
    "10.0.0.1:7000": { revision: "r", functions: [functionConfig({ function: "f" })] },
  });
  await join("10.0.0.1:7000");
  sets["10.0.0.1:7000"] = { revision: "r", functions: [functionConfig({ function: "g" })] };

  expect(await catalogue.pull("echo", false)).toBe("unchanged");
  expect(await catalogue.pull("", true)).toBe("updated");
  expect(namesIn(catalogue)).toEqual(["g"]);
  await expect(catalogue.pull("nobody", false)).rejects.toMatchObject({ message: 'no service "nobody"' });
});

test("nothing is left behind when it is closed", async () => {
  const { catalogue, clock, join } = catalogueOf({});
  await join("10.0.0.1:7000"); // nobody answers there
  catalogue.push(push({ service: "other", functions: [functionConfig({ service: "other", function: "f" })] }));
  expect(() => catalogue.push(push({ service: "" }))).toThrow("service must not be null");

  catalogue.close();
  await settled();

  expect(clock.pending).toBe(0);
});
