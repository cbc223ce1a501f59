import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type RawNode, startRawNode } from "../../support/raw-node.js";
import { type RunningMesh, runMesh } from "../../support/running-mesh.js";
import { weft } from "./weft.js";

let folder: string;
let node: RawNode;
let mesh: RunningMesh;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "weft-sets-"));
  writeFileSync(file("token"), "a-token-of-the-test\n");
  node = await startRawNode([]);
  mesh = await runMesh([], { pushTokenFile: file("token") });
});
afterAll(async () => {
  await mesh?.close();
  await node?.close();
  rmSync(folder, { recursive: true });
});

const file = (name: string) => join(folder, name);
const ask = (...words: string[]) => weft(...words, "--gateway", mesh.address);

/** Writes a set as a file, and answers its path. */
function set(name: string, fields: object = {}): string {
  const charge = {
    service: "billing",
    function: "charge",
    version: "1.0.0",
    mode: "sync",
    permission: { public: true },
  };
  const request = {
    service: "billing",
    nodes: [node.address],
    config_version: "1.2.0",
    functions: [charge],
    ...fields,
  };
  writeFileSync(file(name), JSON.stringify(request));
  return file(name);
}

test("a set is pushed, verified, called, switched off and on", async () => {
  const good = set("good.json");

  expect(await ask("push", good, "--token-file", file("token"))).toEqual({
    code: 0,
    out: "accepted billing 1.2.0\n",
    err: "",
  });
  expect((await ask("push", good, "--token-file", file("token"), "--json")).out).toBe('{"outcome":"skipped"}\n');
  expect((await ask("push", good, "--token-file", file("token"), "--force")).out).toBe("accepted billing 1.2.0\n");
  expect((await ask("verify", "billing", "1.2.0")).out).toBe("matched\n");
  expect((await ask("verify", "billing", "1.3.0", "--json")).out).toBe(
    '{"outcome":"mismatch","storedVersion":"1.2.0"}\n',
  );
  expect((await ask("call", "billing.charge", "--json")).out).toContain('"version":"1.0.0"');
  expect((await ask("pull")).out).toBe("unchanged\n");

  expect((await ask("disable", "billing.charge", "--function-version", "1.0.0")).out).toBe(
    "disabled billing.charge, 1 version\n",
  );
  expect((await ask("call", "billing.charge")).err).toContain("disabled function: charge version latest");
  expect((await ask("enable", "billing.charge", "--json")).out).toBe('{"changed":1}\n');
  expect((await ask("enable", "billing.charge")).out).toBe("enabled billing.charge, as before\n");
  expect((await ask("disable", "billing.nothing", "--json")).code).toBe(1);
}); // a process for each command

test("a refused set tells every fault, and its definitions are listed", async () => {
  const functions = [{ service: "billing", function: "charge", mode: "sync", timeout_ms: 5 }];
  const bad = set("bad.json", { config_version: "", functions });

  const { code, err } = await ask("push", bad, "--token-file", file("token"), "--json");
  const { out } = await ask("rejected", "--service", "billing", "--source", "push", "--limit", "1");
  const listed = await ask("rejected", "--json");

  expect([code, JSON.parse(err).reason, JSON.parse(err).violations.length]).toEqual([1, "VALIDATION_FAILED", 2]);
  expect(out).toMatch(/^WHEN .*\n\S+ +billing\.charge +- +push +- +timeout must be an integer/);
  expect(JSON.parse(listed.out)).toMatchObject([{ service: "billing", function: "charge", source: "push" }]);
});

test.each<[string, () => string[], number, RegExp]>([
  ["no token", () => ["push", set("a.json")], 1, /INVALID_PUSH_TOKEN.*--token-file/s],
  ["a file that is not there", () => ["push", "nowhere.json"], 2, /cannot read nowhere.json \(ENOENT\)/],
  ["a field that is not there", () => ["push", set("b.json", { colour: 1 })], 2, /b\.json: .*colour/],
  ["an unknown source", () => ["rejected", "--source", "mail"], 2, /--source/],
  ["an unknown service", () => ["pull", "nobody"], 1, /no service "nobody"/],
])("%s: exit code and reason", async (_name, words, exitCode, text) => {
  const { code, err } = await ask(...words());

  expect(err).toMatch(text);
  expect(code).toBe(exitCode);
});
