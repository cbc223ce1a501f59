import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll } from "@jest/globals";
import type { PushFunctionsRequest } from "@weft/contracts/admin";
import { ExecuteRequest, type FunctionSummary } from "@weft/contracts/gateway";
import { adminCall } from "../../support/admin-call.js";
import type { RawFunction, RawNode } from "../../support/raw-node.js";
import { type RunningMesh, runMesh, unary } from "../../support/running-mesh.js";
import { until } from "../../support/within.js";

export const pushToken = "a-token-of-the-test";
let folder: string;
/** A file with `pushToken`. */
export let tokenFile: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "weft-catalogue-"));
  tokenFile = join(folder, "push-token");
  writeFileSync(tokenFile, `${pushToken}\n`);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The mesh of the test that runs. */
export let mesh: RunningMesh;
let nodes: RawNode[] = [];
afterEach(async () => {
  await Promise.all(nodes.map((node) => node.close()));
  nodes = [];
  await mesh.close();
});

/** A gateway alone: what there is to call is pushed to it, pulled by it, or joins it. */
export async function startMesh(settings: object = {}): Promise<void> {
  mesh = await runMesh([], settings);
}

/** A node that ends with the test. */
export const kept = async (node: Promise<RawNode>) => {
  nodes.push(await node);
  return node;
};

export const isPublic = { rule: { $case: "public", value: true } } as const;

/** A definition of `billing.charge`. */
export const charge = (fields: RawFunction = {}): RawFunction => {
  return { service: "billing", function: "charge", permission: isPublic, ...fields };
};

export const versions = (...all: (string | undefined)[]) =>
  all.map((version) => charge(version === undefined ? {} : { version }));

/** Calls `billing.charge`; the answer tells what was called, and where. */
export async function call(version = "", functionName = "charge"): Promise<{ version: string; port: number }> {
  const args = { $case: "argsJson", value: Buffer.from("{}") } as const;
  const request = ExecuteRequest.fromPartial({ service: "billing", function: functionName, version, arguments: args });
  const { outcome } = await unary(mesh.client, "execute", request);
  return JSON.parse(String(outcome?.value));
}

export async function listed(includeDisabled = true): Promise<FunctionSummary[]> {
  const request = { service: "billing", includeDisabled, pageSize: 0, pageToken: "" };
  return (await unary(mesh.client, "listFunctions", request)).functions;
}

export const names = async () => (await listed()).map(({ function: name, version }) => `${name}@${version}`);

export const untilListed = (expected: string[]) =>
  until(async () => (await names()).join() === expected.join(), `the functions ${expected.join(", ")}`);

export const setEnabled = (enabled: boolean, version?: string, name = "charge") =>
  adminCall(mesh.admin, "setFunctionEnabled", { service: "billing", function: name, version, enabled });
export const push = (fields: Partial<PushFunctionsRequest> = {}, token: string | undefined = pushToken) => {
  const request = { service: "billing", nodes: [], configVersion: "1.0.0", functions: [], force: false, ...fields };
  return adminCall(mesh.admin, "pushFunctions", request, token === "" ? {} : { "x-weft-push-token": token });
};
export const verify = (configVersion: string, service = "billing") =>
  adminCall(mesh.admin, "verifyFunctions", { service, configVersion });
export const pull = (service = "billing", force = false) => adminCall(mesh.admin, "pullFunctions", { service, force });
export const rejected = (fields: { source?: string; service?: string; limit?: number } = {}) =>
  adminCall(mesh.admin, "listRejectedFunctions", { source: "", service: "", limit: 0, ...fields });
