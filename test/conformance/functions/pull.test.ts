import { describe, expect, test } from "@jest/globals";
import { Code, Reason } from "@weft/core";
import { joinRawNode, startRawNode } from "../../support/raw-node.js";
import { failure } from "../../support/running-mesh.js";
import { until } from "../../support/within.js";
import {
  call,
  charge,
  kept,
  listed,
  mesh,
  names,
  pull,
  rejected,
  startMesh,
  untilListed,
  versions,
} from "./billing-mesh.js";

describe("functions F48: pull", () => {
  const pulling = (...addresses: string[]) => ({ pull: [{ service: "billing", nodes: addresses }] });

  test("what is known is not sent again, what changed is, and force asks for everything", async () => {
    const node = await kept(startRawNode(versions("1.0.0")));
    await startMesh(pulling(node.address));
    await untilListed(["charge@1.0.0"]);
    expect((await call()).version).toBe("1.0.0");
    const askedAtFirst = node.asked.length;

    expect(await pull()).toEqual({ outcome: "unchanged" });
    expect(node.asked[askedAtFirst]).not.toBe("");
    node.publish([...versions("2.0.0"), charge({ function: "refund" })]);
    expect(await pull()).toEqual({ outcome: "updated" });
    expect(await names()).toEqual(["charge@2.0.0", "refund@"]);
    expect(await pull("billing", true)).toEqual({ outcome: "unchanged" });
    expect(node.asked.at(-1)).toBe("");
  });

  test("a node without revisions is asked for everything each time", async () => {
    const node = await kept(startRawNode([]));
    node.publish(versions("1.0.0"), "");
    await startMesh(pulling(node.address));
    await untilListed(["charge@1.0.0"]);

    expect(await pull()).toEqual({ outcome: "unchanged" });
    node.publish(versions("2.0.0"), "");
    expect(await pull()).toEqual({ outcome: "updated" });

    expect(node.asked.every((known) => known === "")).toBe(true);
    expect((await call()).version).toBe("2.0.0");
  });

  test("a node that can tell of changes is not asked for them", async () => {
    const node = await kept(startRawNode(versions("1.0.0"), { canWatch: true }));
    await startMesh(pulling(node.address));
    await until(() => node.watchers === 1, "a watch");

    node.publish(versions("2.0.0"));

    await untilListed(["charge@2.0.0"]);
    expect(node.asked).toHaveLength(1);
  });

  test("nodes are asked in order until one answers; all of them take calls", async () => {
    const gone = await startRawNode([]);
    await gone.close();
    const first = await kept(startRawNode(versions("1.0.0")));
    const other = await kept(startRawNode(versions("1.0.0")));
    await startMesh(pulling(gone.address, first.address, other.address));
    await untilListed(["charge@1.0.0"]);

    const ports = new Set<number>();
    await until(async () => {
      ports.add((await call()).port);
      return ports.size === 2;
    }, "calls on both nodes");
    expect(other.asked).toEqual([]);
  });

  test("a bad definition still counts as named: its last good one stays, and the bad one is listed", async () => {
    const node = await kept(startRawNode([charge({ summary: "good" }), charge({ function: "refund" })]));
    await startMesh(pulling(node.address));
    await untilListed(["charge@", "refund@"]);

    node.publish([charge({ summary: "bad", timeoutMs: 5 }), charge({ function: "late", mode: "whenever" })]);
    expect(await pull()).toEqual({ outcome: "updated" });

    expect((await listed()).map(({ function: name, summary }) => [name, summary])).toEqual([["charge", "good"]]);
    expect((await call()).version).toBe("");
    const { rejected: entries } = await rejected({ source: "pull", service: "billing" });
    expect(entries.map((entry) => entry.function).sort()).toEqual(["charge", "late"]);
    expect(entries[0]?.node).toContain("billing-127.0.0.1-");
  });

  test("a version that stands for the latest is none; the service's name is that of the source", async () => {
    const node = await kept(
      startRawNode([charge({ version: "0.0.0" }), { ...charge({ version: "" }), function: "refund" }]),
    );
    await startMesh(pulling(node.address));
    await untilListed(["charge@", "refund@"]);

    node.publish([charge({ version: "0.0.0", service: "somebody-else" })]);
    await pull();

    expect(await names()).toEqual(["charge@"]);
    expect((await call()).version).toBe("");
    expect((await rejected()).rejected).toEqual([]);
  });

  test("services of discovery are asked too, and an unknown one is NOT_FOUND", async () => {
    await startMesh();
    const node = await kept(joinRawNode(mesh.gateway.meshAddress, versions("1.0.0")));
    await untilListed(["charge@1.0.0"]);

    expect(await pull()).toEqual({ outcome: "unchanged" });
    expect(node.asked).toHaveLength(1);
    expect(await pull("billing", true)).toEqual({ outcome: "unchanged" });
    expect(node.asked).toHaveLength(2);
    expect((await failure(pull("nothing"))).code).toBe(Code.NotFound);
  });

  test("a service whose nodes have left has nobody to ask", async () => {
    await startMesh();
    const node = await joinRawNode(mesh.gateway.meshAddress, versions(undefined));
    await untilListed(["charge@"]);
    await node.close();
    await until(async () => (await listed())[0]?.nodes === 0, "a service without nodes");

    expect(await pull()).toEqual({ outcome: "unchanged" });
    expect(await failure(pull("billing", true))).toMatchObject({
      code: Code.Unavailable,
      reason: Reason.NoNodesAvailable,
    });
  });

  test("nobody there is UNAVAILABLE", async () => {
    const gone = await startRawNode([]);
    await gone.close();
    await startMesh(pulling(gone.address));

    expect(await failure(pull())).toMatchObject({ code: Code.Unavailable, reason: Reason.NoNodesAvailable });
  });
});
