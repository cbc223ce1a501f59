import { describe, expect, test } from "@jest/globals";
import type { PushFunctionsRequest } from "@weft/contracts/admin";
import { Code, Reason } from "@weft/core";
import { joinRawNode, rawFunctions, startRawNode } from "../../support/raw-node.js";
import { failure } from "../../support/running-mesh.js";
import {
  call,
  charge,
  kept,
  mesh,
  names,
  push,
  pushToken,
  rejected,
  startMesh,
  tokenFile,
  untilListed,
  verify,
  versions,
} from "./billing-mesh.js";

describe("functions F47: push", () => {
  test("a pushed set is callable; the same version is skipped unless forced, a lower one is stale", async () => {
    await startMesh({ pushTokenFile: tokenFile });
    const node = await kept(startRawNode([]));
    const set = { nodes: [node.address], functions: rawFunctions(versions("1.0.0")) };

    expect(await verify("1.0.0")).toEqual({ outcome: "not_found", storedVersion: "" });
    expect(await push({ ...set, configVersion: "1.2.0" })).toEqual({ outcome: "accepted" });
    expect(await call()).toEqual({ version: "1.0.0", port: Number(node.address.split(":")[1]) });
    expect(await push({ ...set, configVersion: "1.2.0" })).toEqual({ outcome: "skipped" });
    expect(await push({ ...set, configVersion: "1.2.0", force: true })).toEqual({ outcome: "accepted" });
    expect(await verify("1.2.0")).toEqual({ outcome: "matched", storedVersion: "1.2.0" });
    expect(await verify("1.3.0")).toEqual({ outcome: "mismatch", storedVersion: "1.2.0" });

    expect(await failure(push({ ...set, configVersion: "1.1.9" }))).toMatchObject({
      code: Code.FailedPrecondition,
      reason: Reason.StaleVersion,
    });
    expect(await push({ ...set, configVersion: "1.1.9", force: true })).toEqual({ outcome: "accepted" });
    expect(await verify("1.1.9")).toEqual({ outcome: "matched", storedVersion: "1.1.9" });
  });

  test("a push is the service's whole set, on its nodes", async () => {
    await startMesh({ pushTokenFile: tokenFile });
    const [first, second] = [await kept(startRawNode([])), await kept(startRawNode([]))];
    await push({ nodes: [first.address], functions: rawFunctions([charge(), charge({ function: "refund" })]) });
    await untilListed(["charge@", "refund@"]);

    await push({ configVersion: "not semver", nodes: [second.address], functions: rawFunctions([charge()]) });

    expect(await names()).toEqual(["charge@"]);
    expect((await call()).port).toBe(Number(second.address.split(":")[1]));
    expect((await failure(call("", "refund"))).reason).toBe(Reason.FunctionNotFound);
  });

  test("a pushed node that is gone is passed over, as any other", async () => {
    await startMesh({ pushTokenFile: tokenFile });
    const gone = await startRawNode([]);
    await gone.close();
    const node = await kept(startRawNode([]));
    await push({ nodes: [gone.address, node.address], functions: rawFunctions([charge()]) });

    for (let i = 0; i < 20; i++) expect((await call()).port).toBe(Number(node.address.split(":")[1]));
  });

  test("a set with faults is refused as a whole, every fault named, and its bad definitions are listed", async () => {
    await startMesh({ pushTokenFile: tokenFile });
    const node = await kept(startRawNode([]));
    await push({ nodes: [node.address], functions: rawFunctions(versions("1.0.0")) });

    const bad = [
      charge({ function: "good" }),
      charge({ timeoutMs: 5 }),
      charge({ service: "other", version: "0.0.0" }),
    ];
    const refusal = await failure(
      push({ nodes: ["nowhere"], configVersion: "", functions: rawFunctions(bad), force: true }),
    );

    expect([refusal.code, refusal.reason]).toEqual([Code.InvalidArgument, Reason.ValidationFailed]);
    const faults = refusal.violations.map(({ field, description }) => `${field}: ${description}`);
    expect(faults).toEqual([
      'nodes[0]: nodes must be a non-empty list of names: "nowhere" is not HOST:PORT',
      "config_version: config_version must be a non-empty string",
      "functions: all fun_configs must have the same service name as the push config",
      "functions: all fun_configs must have valid versions",
      "functions[1]: charge: timeout must be an integer between 100 and 300000, or infinity (timeoutMs)",
      "functions[2]: charge: version must be null or a version string",
    ]);
    expect(await names()).toEqual(["charge@1.0.0"]);
    expect(await verify("1.0.0")).toEqual({ outcome: "matched", storedVersion: "1.0.0" });
    const { rejected: entries } = await rejected({ source: "push" });
    expect(entries.map((entry) => [entry.function, entry.version, entry.node, entry.reasons.length])).toEqual([
      ["charge", "0.0.0", "", 2],
      ["charge", "", "", 1],
    ]);
  });

  test.each<[string, Partial<PushFunctionsRequest>, string]>([
    ["no service", { service: "" }, "service must not be null"],
    ["no nodes", { nodes: [] }, "nodes must be a non-empty list of names"],
    ["no functions", { functions: [] }, "fun_configs must be a non-empty list of configs"],
  ])("a push with %s is refused", async (_name, fields, text) => {
    await startMesh({ pushTokenFile: tokenFile });
    const set = { nodes: ["127.0.0.1:1"], functions: rawFunctions([charge()]) };

    const { reason, violations } = await failure(push({ ...set, ...fields }));

    expect(reason).toBe(Reason.ValidationFailed);
    expect(violations.map(({ description }) => description)).toContain(text);
  });

  test.each<[string, boolean, string]>([
    ["a wrong token", true, "another-token-of-the-test"],
    ["no token", true, ""],
    ["any token, where none is configured", false, pushToken],
  ])("%s is refused", async (_name, isConfigured, token) => {
    await startMesh(isConfigured ? { pushTokenFile: tokenFile } : {});

    expect(await failure(push({ nodes: ["127.0.0.1:1"], functions: rawFunctions([charge()]) }, token))).toMatchObject({
      code: Code.Unauthenticated,
      reason: Reason.InvalidPushToken,
    });
    expect(await rejected()).toEqual({ rejected: [] });
  });

  test("the right token does not replace the admin action", async () => {
    await startMesh({ pushTokenFile: tokenFile, adminActions: ["verify_functions"] });

    expect((await failure(push())).reason).toBe(Reason.AdminActionDenied);
  });

  test("a service that discovery lists may not push, and takes over where it has", async () => {
    await startMesh({ pushTokenFile: tokenFile });
    const pushed = await kept(startRawNode([]));
    const set = { nodes: [pushed.address], functions: rawFunctions(versions("1.0.0")) };
    await push(set);

    await kept(joinRawNode(mesh.gateway.meshAddress, versions("2.0.0")));
    await untilListed(["charge@2.0.0"]);

    expect(await verify("1.0.0")).toEqual({ outcome: "not_found", storedVersion: "" });
    const { violations } = await failure(push({ ...set, force: true }));
    expect(violations).toEqual([{ field: "service", description: 'service "billing" is in discovery' }]);
  });
});
