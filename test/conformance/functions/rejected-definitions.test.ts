import { describe, expect, test } from "@jest/globals";
import { joinRawNode, rawFunctions } from "../../support/raw-node.js";
import { failure } from "../../support/running-mesh.js";
import { charge, kept, mesh, push, rejected, startMesh, tokenFile, untilListed } from "./billing-mesh.js";

describe("functions F51: definitions that were not taken", () => {
  test("are listed the newest first, by source and service, up to a limit", async () => {
    await startMesh({ pushTokenFile: tokenFile });
    const bad = [charge(), charge({ function: "wrong", timeoutMs: 5, mode: "whenever" })];
    const node = await kept(joinRawNode(mesh.gateway.meshAddress, bad));
    await untilListed(["charge@"]);
    const pushed = { service: "shop", function: "sell", version: "1.0.0", timeoutMs: 5 };
    await failure(push({ service: "shop", nodes: ["127.0.0.1:1"], functions: rawFunctions([pushed]) }));

    const { rejected: entries } = await rejected();

    expect(entries).toEqual([
      expect.objectContaining({ service: "shop", function: "sell", version: "1.0.0", source: "push", node: "" }),
      expect.objectContaining({ service: "billing", function: "wrong", version: "", source: "pull" }),
    ]);
    expect(entries[1]?.node).toContain(node.address.replace(":", "-"));
    expect(entries[1]?.reasons).toHaveLength(2);
    for (const entry of entries) expect(entry.expiresAtMs - entry.rejectedAtMs).toBe(24 * 3_600_000);
    expect((await rejected({ source: "pull" })).rejected).toEqual([entries[1]]);
    expect((await rejected({ service: "shop" })).rejected).toEqual([entries[0]]);
    expect((await rejected({ limit: 1 })).rejected).toEqual([entries[0]]);
  });
});
