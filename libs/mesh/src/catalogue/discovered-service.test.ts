import { expect, test } from "@jest/globals";
import { setRevision } from "@weft/contracts";
import { silentLogger, systemClock } from "@weft/core";
import { Node } from "@weft/discovery";
import { createPeers } from "../peers/peers.js";
import { functionConfig } from "../testkit.js";
import type { NodeConnection, RequestLimits } from "../transport/node-connection.js";
import { compileVariant } from "./compile-variant.js";
import { createDiscoveredService } from "./discovered-service.js";
import { createRejectedList } from "./rejected-list.js";
import { createSwitches } from "./switches.js";

const functions = [functionConfig({ function: "f" })];
const revision = setRevision(functions);
const node = Node.fromPartial({ id: "a", service: "echo", address: "127.0.0.1:1", revision });

/** A catalogue whose nodes answer as `ask` says. */
function catalogueOf(ask: (limits: RequestLimits) => Promise<void>) {
  const connection: Partial<NodeConnection> = {
    functions: async (limits) => {
      await ask(limits);
      return { revision, functions };
    },
    close() {},
  };
  return createDiscoveredService({
    service: "echo",
    peers: createPeers(() => connection as NodeConnection),
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
  const catalogue = catalogueOf(async () => void asked++);

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
  });

  catalogue.update([node]);
  catalogue.update([]);
  catalogue.update([node]);
  await catalogue.whenReady();

  expect(asked).toBe(2);
  expect([...catalogue.snapshot.keys()]).toEqual(["f"]);
  catalogue.close();
});
