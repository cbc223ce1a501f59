import { expect, test } from "@jest/globals";
import { Node } from "@weft/discovery";
import type { NodeConnection } from "../transport/node-connection.js";
import { createPeers } from "./peers.js";

test("of two nodes of one id the last counts, and no connection of the other stays open", () => {
  const open = new Set<string>();
  const peers = createPeers((address) => {
    open.add(address);
    return { close: () => void open.delete(address) } as Partial<NodeConnection> as NodeConnection;
  });
  const entry = (address: string) => Node.fromPartial({ id: "a", address });

  const listed = peers.update("echo", [entry("127.0.0.1:1"), entry("127.0.0.1:2")]);

  expect(listed.map(({ node }) => node.address)).toEqual(["127.0.0.1:2"]);
  expect([...open]).toEqual(["127.0.0.1:2"]);
  peers.close();
  expect(open.size).toBe(0);
});
