import { expect, test } from "@jest/globals";
import { setRevision } from "@weft/contracts";
import { silentLogger, systemClock } from "@weft/core";
import { Node } from "@weft/discovery";
import { createPeers } from "../peers/peers.js";
import { functionConfig } from "../testkit.js";
import type { FunctionSet, NodeConnection, RequestLimits } from "../transport/node-connection.js";
import { compileVariant } from "./compile-variant.js";
import { createDiscoveredService } from "./discovered-service.js";
import { createRejectedList } from "./rejected-list.js";
import { createSwitches } from "./switches.js";

const functions = [functionConfig({ function: "f" })];
const revision = setRevision(functions);
const node = Node.fromPartial({ id: "a", service: "echo", address: "127.0.0.1:1", revision });

/** A catalogue whose nodes answer as `ask` says. */
function catalogueOf(ask: (limits: RequestLimits, address: string) => Promise<FunctionSet | undefined>) {
  const connection = (address: string): Partial<NodeConnection> => ({
    functions: async (limits) => (await ask(limits, address)) ?? { revision, functions },
    close() {},
  });
  return createDiscoveredService({
    service: "echo",
    peers: createPeers((address) => connection(address) as NodeConnection),
    switches: createSwitches(),
    compile: (config) => compileVariant(config, { random: () => 0 }),
    rejected: createRejectedList({ clock: systemClock }),
    clock: systemClock,
    random: () => 0,
    logger: silentLogger,
  });
}

test("a set is fetched once, however many nodes announce it", async () => {
  let asked = 0;
  const catalogue = catalogueOf(async () => {
    asked++;
    return undefined;
  });

  catalogue.update([node, { ...node, id: "b", address: "127.0.0.1:2" }]);
  await catalogue.whenReady();
  catalogue.update([node]);

  expect(asked).toBe(1);
  expect([...catalogue.snapshot.keys()]).toEqual(["f"]);
  catalogue.close();
});

test("a node that goes and comes back while its set is being fetched is asked again", async () => {
  let asked = 0;
  const catalogue = catalogueOf(async ({ signal }) => {
    asked++;
    if (asked === 1) await new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    return undefined;
  });

  catalogue.update([node]);
  catalogue.update([]);
  catalogue.update([node]);
  await catalogue.whenReady();

  expect(asked).toBe(2);
  expect([...catalogue.snapshot.keys()]).toEqual(["f"]);
  catalogue.close();
});

test("what no node holds any more is gone, also while a set cannot be fetched", async () => {
  const others = [functionConfig({ function: "g" })];
  const set = { revision: setRevision(others), functions: others };
  const catalogue = catalogueOf(async (_limits, address) => {
    if (address === node.address) return undefined;
    if (address === second.address) return set;
    throw new Error("broken");
  });
  const second = { ...node, id: "b", address: "127.0.0.1:2", revision: set.revision };
  const broken = { ...node, id: "c", address: "127.0.0.1:3", revision: "never-seen" };
  catalogue.update([node, second]);
  await catalogue.whenReady();
  expect([...catalogue.snapshot.keys()]).toEqual(["f", "g"]);

  catalogue.update([second, broken]);

  expect([...catalogue.snapshot.keys()]).toEqual(["g"]);
  catalogue.close();
});

test("a set stays until one is there that takes its place", async () => {
  const others = [functionConfig({ function: "f", summary: "another" })];
  const set = { revision: setRevision(others), functions: others };
  const catalogue = catalogueOf(async (_limits, address) => (address === node.address ? undefined : set));
  catalogue.update([node]);
  await catalogue.whenReady();

  catalogue.update([{ ...node, id: "b", address: "127.0.0.1:2", revision: set.revision }]);

  expect(catalogue.snapshot.get("f")?.latest?.variant.config.summary).toBe("");
  await catalogue.whenReady();
  expect(catalogue.snapshot.get("f")?.latest?.variant.config.summary).toBe("another");
  catalogue.close();
});
