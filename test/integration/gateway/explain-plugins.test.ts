import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { errorFromGrpc } from "@weft/contracts";
import type { ExplainPluginsResponse } from "@weft/contracts/admin";
import { Code } from "@weft/core";
import { defineService, fn } from "@weft/service";
import { failure, type RunningMesh, runMesh } from "../../support/running-mesh.js";

const echo = defineService({
  name: "echo",
  version: "1.0.0",
  plugins: [{ name: "stamp", callbacks: { handle: (next) => (call) => next(call) } }],
  functions: { say: fn({ permission: "public", handler: () => "hi" }) },
});

let mesh: RunningMesh;
beforeAll(async () => {
  mesh = await runMesh([echo]);
});
afterAll(() => mesh.close());

const explain = (service: string, node = ""): Promise<ExplainPluginsResponse> =>
  new Promise((resolve, reject) => {
    mesh.admin.explainPlugins({ service, node }, (error, response) =>
      error === null ? resolve(response) : reject(errorFromGrpc(error)),
    );
  });

test("the chain of a service is shown as it runs: its plugins in order, and why", async () => {
  const { nodes } = await explain("echo");

  const [chain] = nodes[0]?.chains ?? [];
  expect(chain).toMatchObject({ name: "echo", status: "running" });
  expect(chain?.plugins.map(({ name }) => name)).toEqual(["echo", "log-handled", "stamp", "base"]);
  expect(chain?.plugins.every(({ started }) => started)).toBe(true);
  expect(chain?.explanation).toMatch(/handle \(around .*\n\s+stamp/);
});

test("a gateway shows the pipeline of its calls too", async () => {
  const { nodes } = await explain("gateway");

  const pipeline = nodes[0]?.chains.find(({ name }) => name === "calls");
  expect(pipeline?.plugins.map(({ name }) => name)).toEqual([
    "calls",
    "log-calls",
    "recent-calls",
    "publish-events",
    "resolve",
    "time-limit",
    "rate-limit",
    "authorize",
    "before-hook",
    "validate",
    "bulkhead",
    "async-results",
    "idempotency",
    "response-cache",
    "after-hook",
    "stream-clocks",
    "retry",
    "place",
    "failover",
    "dispatch",
    "base",
  ]);
});

test.each([
  ["service", "nobody", ""],
  ["node", "echo", "echo-elsewhere"],
])("an unknown %s is NOT_FOUND", async (_what, service, node) => {
  expect(await failure(explain(service, node))).toMatchObject({ code: Code.NotFound });
});
