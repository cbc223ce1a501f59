import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import type { PushFunctionsRequest } from "@weft/contracts/admin";
import { ExecuteRequest, type FunctionSummary } from "@weft/contracts/gateway";
import { Code, Reason } from "@weft/core";
import { adminCall } from "../../support/admin-call.js";
import { joinRawNode, type RawFunction, type RawNode, rawFunctions, startRawNode } from "../../support/raw-node.js";
import { failure, type RunningMesh, runMesh, unary } from "../../support/running-mesh.js";
import { until } from "../../support/within.js";

const pushToken = "a-token-of-the-test";
let folder: string;
let tokenFile: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "weft-catalogue-"));
  tokenFile = join(folder, "push-token");
  writeFileSync(tokenFile, `${pushToken}\n`);
});
afterAll(() => rmSync(folder, { recursive: true }));

let mesh: RunningMesh;
let nodes: RawNode[] = [];
afterEach(async () => {
  await Promise.all(nodes.map((node) => node.close()));
  nodes = [];
  await mesh.close();
});

const kept = async (node: Promise<RawNode>) => {
  nodes.push(await node);
  return node;
};
const isPublic = { rule: { $case: "public", value: true } } as const;
const charge = (fields: RawFunction = {}): RawFunction => {
  return { service: "billing", function: "charge", permission: isPublic, ...fields };
};
const versions = (...all: (string | undefined)[]) =>
  all.map((version) => charge(version === undefined ? {} : { version }));

async function call(version = "", functionName = "charge"): Promise<{ version: string; port: number }> {
  const args = { $case: "argsJson", value: Buffer.from("{}") } as const;
  const request = ExecuteRequest.fromPartial({ service: "billing", function: functionName, version, arguments: args });
  const { outcome } = await unary(mesh.client, "execute", request);
  return JSON.parse(String(outcome?.value));
}

async function listed(includeDisabled = true): Promise<FunctionSummary[]> {
  const request = { service: "billing", includeDisabled, pageSize: 0, pageToken: "" };
  return (await unary(mesh.client, "listFunctions", request)).functions;
}
const names = async () => (await listed()).map(({ function: name, version }) => `${name}@${version}`);
const untilListed = (expected: string[]) =>
  until(async () => (await names()).join() === expected.join(), `the functions ${expected.join(", ")}`);

const setEnabled = (enabled: boolean, version?: string, name = "charge") =>
  adminCall(mesh.admin, "setFunctionEnabled", { service: "billing", function: name, version, enabled });
const push = (fields: Partial<PushFunctionsRequest> = {}, token: string | undefined = pushToken) => {
  const request = { service: "billing", nodes: [], configVersion: "1.0.0", functions: [], force: false, ...fields };
  return adminCall(mesh.admin, "pushFunctions", request, token === "" ? {} : { "x-weft-push-token": token });
};
const verify = (configVersion: string, service = "billing") =>
  adminCall(mesh.admin, "verifyFunctions", { service, configVersion });
const pull = (service = "billing", force = false) => adminCall(mesh.admin, "pullFunctions", { service, force });
const rejected = (fields: { source?: string; service?: string; limit?: number } = {}) =>
  adminCall(mesh.admin, "listRejectedFunctions", { source: "", service: "", limit: 0, ...fields });

describe("functions F26: a call gets the version it names, or the highest", () => {
  test.each<[string, string, string]>([
    ["no version: the highest", "", "10.0.0"],
    ["0.0.0: the highest", "0.0.0", "10.0.0"],
    ["1.0.0: exactly that", "1.0.0", "1.0.0"],
    ["9.0.0: exactly that", "9.0.0", "9.0.0"],
  ])("%s", async (_name, asked, got) => {
    mesh = await runMesh([]);
    await kept(joinRawNode(mesh.gateway.meshAddress, versions("1.0.0", "9.0.0", "10.0.0", undefined)));
    await until(async () => (await listed()).length === 4, "the functions");

    expect((await call(asked)).version).toBe(got);
  });

  test("what is not there, and what is switched off, says so", async () => {
    mesh = await runMesh([]);
    const definitions = [...versions("1.0.0", "9.0.0"), charge({ version: "10.0.0", disabled: true })];
    await kept(joinRawNode(mesh.gateway.meshAddress, [...definitions, charge({ function: "off", disabled: true })]));
    await until(async () => (await listed()).length === 4, "the functions");

    expect((await call()).version).toBe("9.0.0");
    const { code, reason, message, metadata } = await failure(call("2.0.0"));
    expect({ code, reason, message }).toEqual({
      code: Code.Unimplemented,
      reason: Reason.FunctionNotFound,
      message: "unsupported function: charge version 2.0.0",
    });
    expect(metadata).toEqual({ service: "billing", function: "charge", version: "2.0.0" });
    expect(await failure(call("10.0.0"))).toMatchObject({
      code: Code.Unimplemented,
      reason: Reason.FunctionDisabled,
      message: "disabled function: charge version 10.0.0",
    });
    expect((await failure(call("", "off"))).message).toBe("disabled function: off version latest");
    expect((await failure(call("0.0.0", "off"))).message).toBe("disabled function: off version latest");
  });

  test("the unversioned one counts where no versioned one is enabled; texts that are no versions rank lowest", async () => {
    mesh = await runMesh([]);
    const other = { function: "other", permission: isPublic, service: "billing" };
    const definitions = [
      ...versions("1.0.0", undefined),
      ...["beta", "0.0.1"].map((version) => ({ ...other, version })),
    ];
    await kept(joinRawNode(mesh.gateway.meshAddress, definitions));
    await until(async () => (await listed()).length === 4, "the functions");

    expect((await call("", "other")).version).toBe("0.0.1");
    expect((await call("beta", "other")).version).toBe("beta");
    await setEnabled(false, "1.0.0");
    expect((await call()).version).toBe("");
    await setEnabled(false, "");
    expect((await failure(call())).message).toBe("disabled function: charge version latest");
  });
});

describe("functions F26: revisions that define one version differently", () => {
  const portOf = ({ address }: RawNode) => Number(address.split(":")[1]);

  test("the definition that most nodes hold counts, on those nodes alone", async () => {
    mesh = await runMesh([]);
    const older = [charge({ version: "1.0.0", summary: "older" })];
    const newer = [charge({ version: "1.0.0", summary: "newer" })];
    const first = await joinRawNode(mesh.gateway.meshAddress, older);
    await untilListed(["charge@1.0.0"]);
    const others = [
      await kept(joinRawNode(mesh.gateway.meshAddress, newer)),
      await kept(joinRawNode(mesh.gateway.meshAddress, newer)),
    ];
    await until(async () => (await listed())[0]?.nodes === 2, "two nodes of the newer definition");

    expect((await listed())[0]?.summary).toBe("newer");
    const ports = new Set<number>();
    for (let i = 0; i < 20; i++) ports.add((await call()).port);
    expect([...ports].sort()).toEqual(others.map(portOf).sort());
    await first.close();
  });
});

describe("functions F26: an operator's switch", () => {
  test("leaves the other versions alone, is listed, and can be set back", async () => {
    mesh = await runMesh([]);
    await kept(joinRawNode(mesh.gateway.meshAddress, versions("1.0.0", "2.0.0", undefined)));
    await until(async () => (await listed()).length === 3, "the functions");

    expect(await setEnabled(false, "2.0.0")).toEqual({ changed: 1 });
    expect(await setEnabled(false, "2.0.0")).toEqual({ changed: 0 });
    expect((await call()).version).toBe("1.0.0");
    expect((await failure(call("2.0.0"))).reason).toBe(Reason.FunctionDisabled);
    expect((await listed(false)).map(({ version }) => version)).toEqual(["", "1.0.0"]);
    const described = { service: "billing", function: "charge", version: "2.0.0" };
    expect((await unary(mesh.client, "describeFunction", described)).config?.disabled).toBe(true);

    expect(await setEnabled(false)).toEqual({ changed: 2 });
    expect((await failure(call())).message).toBe("disabled function: charge version latest");
    expect(await setEnabled(true)).toEqual({ changed: 3 });
    expect((await call()).version).toBe("2.0.0");
  });

  test("holds whatever is published, also for a function that goes and comes back", async () => {
    mesh = await runMesh([]);
    const before = await joinRawNode(mesh.gateway.meshAddress, [charge(), charge({ function: "stays" })]);
    await untilListed(["charge@", "stays@"]);
    await setEnabled(false);

    const between = await joinRawNode(mesh.gateway.meshAddress, [charge({ function: "stays" })]);
    await before.close();
    await untilListed(["stays@"]);
    await kept(joinRawNode(mesh.gateway.meshAddress, [charge({ summary: "mended" }), charge({ function: "stays" })]));
    await between.close();
    await untilListed(["charge@", "stays@"]);

    expect((await failure(call())).reason).toBe(Reason.FunctionDisabled);
    await setEnabled(true);
    expect((await call()).version).toBe("");
  });

  test("of something unknown is NOT_FOUND", async () => {
    mesh = await runMesh([]);
    await kept(joinRawNode(mesh.gateway.meshAddress, versions("1.0.0")));
    await untilListed(["charge@1.0.0"]);

    for (const unknown of [setEnabled(false, "3.0.0"), setEnabled(true, undefined, "nothing")])
      expect(await failure(unknown)).toMatchObject({ code: Code.NotFound, reason: Reason.FunctionNotFound });
  });
});

describe("functions F47: push", () => {
  test("a pushed set is callable; the same version is skipped unless forced, a lower one is stale", async () => {
    mesh = await runMesh([], { pushTokenFile: tokenFile });
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
    mesh = await runMesh([], { pushTokenFile: tokenFile });
    const [first, second] = [await kept(startRawNode([])), await kept(startRawNode([]))];
    await push({ nodes: [first.address], functions: rawFunctions([charge(), charge({ function: "refund" })]) });
    await untilListed(["charge@", "refund@"]);

    await push({ configVersion: "not semver", nodes: [second.address], functions: rawFunctions([charge()]) });

    expect(await names()).toEqual(["charge@"]);
    expect((await call()).port).toBe(Number(second.address.split(":")[1]));
    expect((await failure(call("", "refund"))).reason).toBe(Reason.FunctionNotFound);
  });

  test("a pushed node that is gone is passed over, as any other", async () => {
    mesh = await runMesh([], { pushTokenFile: tokenFile });
    const gone = await startRawNode([]);
    await gone.close();
    const node = await kept(startRawNode([]));
    await push({ nodes: [gone.address, node.address], functions: rawFunctions([charge()]) });

    for (let i = 0; i < 20; i++) expect((await call()).port).toBe(Number(node.address.split(":")[1]));
  });

  test("a set with faults is refused as a whole, every fault named, and its bad definitions are listed", async () => {
    mesh = await runMesh([], { pushTokenFile: tokenFile });
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
    mesh = await runMesh([], { pushTokenFile: tokenFile });
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
    mesh = await runMesh([], isConfigured ? { pushTokenFile: tokenFile } : {});

    expect(await failure(push({ nodes: ["127.0.0.1:1"], functions: rawFunctions([charge()]) }, token))).toMatchObject({
      code: Code.Unauthenticated,
      reason: Reason.InvalidPushToken,
    });
    expect(await rejected()).toEqual({ rejected: [] });
  });

  test("the right token does not replace the admin action", async () => {
    mesh = await runMesh([], { pushTokenFile: tokenFile, adminActions: ["verify_functions"] });

    expect((await failure(push())).reason).toBe(Reason.AdminActionDenied);
  });

  test("a service that discovery lists may not push, and takes over where it has", async () => {
    mesh = await runMesh([], { pushTokenFile: tokenFile });
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

describe("functions F48: pull", () => {
  const pulling = (...addresses: string[]) => ({ pull: [{ service: "billing", nodes: addresses }] });

  test("what is known is not sent again, what changed is, and force asks for everything", async () => {
    const node = await kept(startRawNode(versions("1.0.0")));
    mesh = await runMesh([], pulling(node.address));
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
    mesh = await runMesh([], pulling(node.address));
    await untilListed(["charge@1.0.0"]);

    expect(await pull()).toEqual({ outcome: "unchanged" });
    node.publish(versions("2.0.0"), "");
    expect(await pull()).toEqual({ outcome: "updated" });

    expect(node.asked.every((known) => known === "")).toBe(true);
    expect((await call()).version).toBe("2.0.0");
  });

  test("a node that can tell of changes is not asked for them", async () => {
    const node = await kept(startRawNode(versions("1.0.0"), { canWatch: true }));
    mesh = await runMesh([], pulling(node.address));
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
    mesh = await runMesh([], pulling(gone.address, first.address, other.address));
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
    mesh = await runMesh([], pulling(node.address));
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
    mesh = await runMesh([], pulling(node.address));
    await untilListed(["charge@", "refund@"]);

    node.publish([charge({ version: "0.0.0", service: "somebody-else" })]);
    await pull();

    expect(await names()).toEqual(["charge@"]);
    expect((await call()).version).toBe("");
    expect((await rejected()).rejected).toEqual([]);
  });

  test("services of discovery are asked too, and an unknown one is NOT_FOUND", async () => {
    mesh = await runMesh([]);
    const node = await kept(joinRawNode(mesh.gateway.meshAddress, versions("1.0.0")));
    await untilListed(["charge@1.0.0"]);

    expect(await pull()).toEqual({ outcome: "unchanged" });
    expect(node.asked).toHaveLength(1);
    expect(await pull("billing", true)).toEqual({ outcome: "unchanged" });
    expect(node.asked).toHaveLength(2);
    expect((await failure(pull("nothing"))).code).toBe(Code.NotFound);
  });

  test("a service whose nodes have left has nobody to ask", async () => {
    mesh = await runMesh([]);
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
    mesh = await runMesh([], pulling(gone.address));

    expect(await failure(pull())).toMatchObject({ code: Code.Unavailable, reason: Reason.NoNodesAvailable });
  });
});

describe("functions F51: definitions that were not taken", () => {
  test("are listed the newest first, by source and service, up to a limit", async () => {
    mesh = await runMesh([], { pushTokenFile: tokenFile });
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
