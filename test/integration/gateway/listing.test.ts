import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { FunctionSummary, ListFunctionsRequest } from "@weft/contracts/gateway";
import { Code, Reason } from "@weft/core";
import { defineService, fn } from "@weft/service";
import { parse } from "yaml";
import { joinRawNode } from "../../support/raw-node.js";
import { failure, type RunningMesh, runMesh, unary } from "../../support/running-mesh.js";
import { until } from "../../support/within.js";

const shop = defineService({
  name: "shop",
  version: "1.0.0",
  functions: {
    buy: fn({
      summary: "Buys something",
      description: "Buys something, if it is there.",
      tags: ["sales"],
      version: "2.1.0",
      args: { item: { type: "string", maxBytes: 40, description: "What to buy." }, count: { type: "num", default: 1 } },
      permission: "public",
      select: { hash: "item" },
      timeoutMs: Number.POSITIVE_INFINITY,
      rateLimits: [{ key: "user_id", max: 5, windowMs: 1_000 }],
      examples: [{ name: "two", args: { item: "pen", count: 2 }, result: true }],
      resultSchema: { type: "boolean" },
      handler: () => true,
    }),
    watch: fn.stream({ permission: "public", async *handler() {} }),
    zero: fn({ permission: "public", handler: () => 0 }),
    may_sell: fn.callback({ handler: () => true }),
  },
});

// What libs/service does not publish: several versions of a function, and one that is switched off.
const stock = ["1.9.0", "1.10.0"].map((version) => ({ service: "stock", function: "count", version }));
const disabled = { service: "stock", function: "order", disabled: true };

let mesh: RunningMesh;
let node: { close(): Promise<void> } | undefined;
beforeAll(async () => {
  mesh = await runMesh([shop]);
  node = await joinRawNode(mesh.gateway.meshAddress, [...stock, disabled]);
  await until(async () => (await list({ service: "stock" })).functions.length > 0, "a gateway that lists stock");
});
afterAll(async () => {
  await node?.close();
  await mesh?.close();
});

function list(fields: Partial<ListFunctionsRequest> = {}) {
  return unary(mesh.client, "listFunctions", {
    service: "",
    includeDisabled: false,
    pageSize: 0,
    pageToken: "",
    ...fields,
  });
}

const nameOf = ({ service, function: name, version }: FunctionSummary) => `${service}.${name}@${version}`;

const enabled = ["shop.buy@2.1.0", "shop.watch@", "shop.zero@", "stock.count@1.9.0", "stock.count@1.10.0"];

describe("ListFunctions", () => {
  test("lists what may be called, by service, function and version", async () => {
    const { functions, nextPageToken } = await list();

    expect(functions.map(nameOf)).toEqual(enabled);
    expect(nextPageToken).toBe("");
    expect(functions[0]).toEqual({
      service: "shop",
      function: "buy",
      version: "2.1.0",
      mode: "sync",
      summary: "Buys something",
      disabled: false,
      nodes: 1,
    });
    expect(functions[1]).toMatchObject({ mode: "stream" });
  });

  test("lists what is switched off when asked to", async () => {
    const { functions } = await list({ service: "stock", includeDisabled: true });

    expect(functions.map(({ function: name, disabled: isOff }) => [name, isOff])).toEqual([
      ["count", false],
      ["count", false],
      ["order", true],
    ]);
  });

  test("keeps what only policies call out of it, unless asked for all; DescribeFunction shows it anyway", async () => {
    const names = async (includeDisabled: boolean) =>
      (await list({ service: "shop", includeDisabled })).functions.map((one) => one.function);

    expect(await names(false)).toEqual(["buy", "watch", "zero"]);
    expect(await names(true)).toEqual(["buy", "may_sell", "watch", "zero"]);
    const request = { service: "shop", function: "may_sell", version: "" };
    expect((await unary(mesh.client, "describeFunction", request)).config?.tags).toEqual(["callback"]);
  });

  test("of one service, and nothing of one that is not there", async () => {
    expect((await list({ service: "stock" })).functions).toHaveLength(2);
    expect(await list({ service: "nobody" })).toEqual({ functions: [], nextPageToken: "" });
  });

  test.each([1, 2, 3, 4, 5, 6])("in pages of %i: each function once, in order", async (pageSize) => {
    const pages: string[][] = [];
    let pageToken = "";
    do {
      const page = await list({ pageSize, pageToken });
      pages.push(page.functions.map(nameOf));
      pageToken = page.nextPageToken;
    } while (pageToken !== "" && pages.length < 10);

    expect(pages.flat()).toEqual(enabled);
    expect(pages.slice(0, -1).every((page) => page.length === pageSize)).toBe(true);
    expect(pages.at(-1)).not.toEqual([]);
  });

  test("a page of long rows ends early, so that every list can be read", async () => {
    const row = (i: number) => ({ service: "wordy", function: `f${i}`, summary: "s".repeat(90_000) });
    const wordy = await joinRawNode(mesh.gateway.meshAddress, [0, 1, 2, 3, 4, 5].map(row));
    await until(async () => (await list({ service: "wordy" })).functions.length > 0, "a gateway that lists wordy");

    const first = await list({ service: "wordy" });
    const second = await list({ service: "wordy", pageToken: first.nextPageToken });
    await wordy.close();

    expect([first, second].map(({ functions }) => functions.length)).toEqual([2, 2]);
    expect((await list({ service: "wordy", pageSize: 1 })).functions).toHaveLength(1);
  });

  test.each(["nonsense", Buffer.from("[1,2,3]").toString("base64url"), Buffer.from("null").toString("base64url")])(
    "refuses the page token %s",
    async (pageToken) => {
      expect(await failure(list({ pageToken }))).toMatchObject({
        code: Code.InvalidArgument,
        reason: Reason.InvalidPayload,
        violations: [{ field: "page_token" }],
      });
    },
  );
});

describe("DescribeFunction", () => {
  const describeFunction = (service: string, name: string, version = "") =>
    unary(mesh.client, "describeFunction", { service, function: name, version });

  test("tells its arguments as a JSON schema, with an example that fits", async () => {
    const { argsSchema, example, config } = await describeFunction("shop", "buy");

    expect(config).toMatchObject({ service: "shop", function: "buy", version: "2.1.0", tags: ["sales"] });
    expect(JSON.parse(argsSchema)).toMatchObject({
      type: "object",
      properties: { item: { type: "string", description: "What to buy." }, count: { type: "number", default: 1 } },
      required: ["item"],
    });
    expect(JSON.parse(example)).toMatchObject({ service: "shop", request_type: "buy", args: { item: "", count: 1 } });
  });

  test("tells it all as a manifest in YAML", async () => {
    const { manifest, argsSchema } = await describeFunction("shop", "buy");

    expect(parse(manifest)).toEqual({
      name: "shop.buy",
      version: "2.1.0",
      description: "Buys something, if it is there.",
      type: "sync",
      tags: ["sales"],
      with: {
        permission: "public",
        select: { hash: "item" },
        timeoutMs: Number.POSITIVE_INFINITY,
        rateLimits: [{ key: "user_id", max: 5, windowMs: 1_000 }],
      },
      input: JSON.parse(argsSchema),
      output: { type: "boolean" },
    });
  });

  test("tells the versions there are, the oldest first, and means the latest unless told", async () => {
    const latest = await describeFunction("stock", "count");
    const older = await describeFunction("stock", "count", "1.9.0");

    expect(latest.versions).toEqual(["1.9.0", "1.10.0"]);
    expect(latest.config?.version).toBe("1.10.0");
    expect(older.config?.version).toBe("1.9.0");
  });

  test("also of a function that is switched off", async () => {
    expect((await describeFunction("stock", "order")).config).toMatchObject({ disabled: true });
  });

  test.each([
    ["nobody", "count", ""],
    ["stock", "nothing", ""],
    ["stock", "count", "3.0.0"],
    ["", "", ""],
  ])("does not find %s.%s %s", async (service, name, version) => {
    expect(await failure(describeFunction(service, name, version))).toMatchObject({
      code: Code.NotFound,
      reason: Reason.FunctionNotFound,
      metadata: { service, function: name, version },
    });
  });
});
