import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { FunctionConfig } from "@weft/contracts/function";
import { type ArgumentSpecs, toConfig } from "@weft/mesh";
import { exportRequests } from "@weft/mesh/definition";
import { weft } from "../../integration/cli/weft.js";
import { joinRawNode } from "../../support/raw-node.js";
import { type RunningMesh, runMesh, unary } from "../../support/running-mesh.js";
import { until } from "../../support/within.js";

const version = (version: string | undefined, args: ArgumentSpecs): FunctionConfig =>
  toConfig({ service: "chat", function: "send_message", args, ...(version !== undefined && { version }) });

const content: ArgumentSpecs = { content: "string" };
const versions = [
  version("10.0.0", content),
  version("9.0.0", { old: "string" }),
  version(undefined, { older: "num" }),
];
const flags = toConfig({
  service: "chat",
  function: "flags",
  args: {
    off: { type: "boolean", default: false },
    none: { type: "num", default: 0 },
    nil: { type: "any", allowNil: true, default: null },
    list: { type: "list", default: [1] },
  },
});
const request = {
  user_id: "user_1",
  device_id: "device_1",
  request_type: "send_message",
  request_id: "request_1",
  service: "chat",
  version: "10.0.0",
  args: { content: "" },
};

describe("functions F52: as a collection of requests", () => {
  test("each function has one, under its name twice, in its highest version", () => {
    expect(exportRequests(versions)).toEqual({
      "send_message - send_message": { event: "Execute", data: request },
    });
    expect(exportRequests([...versions].reverse())).toEqual(exportRequests(versions));
  });

  test.each([
    ["a map", { send_message: "Says something" }],
    ["a function", ({ service }: FunctionConfig) => (service === "chat" ? "Says something" : "")],
  ])("%s describes it", (_form, descriptions) => {
    expect(Object.keys(exportRequests(versions, { descriptions }))).toEqual(["send_message - Says something"]);
    expect(Object.keys(exportRequests([flags], { descriptions: { send_message: "x" } }))).toEqual(["flags - flags"]);
  });

  test.each([
    ["a map", { content: "Hello" }],
    ["a function", (argument: string, config: FunctionConfig) => config.version && argument && "Hello"],
  ])("%s gives the values", (_form, argValues) => {
    const [call] = Object.values(exportRequests(versions, { argValues, event: "phx" }));

    expect(call).toEqual({ event: "phx", data: { ...request, args: { content: "Hello" } } });
  });

  test("null is a value like any other, undefined leaves the default", () => {
    const [call] = Object.values(exportRequests([flags], { argValues: { off: null, none: undefined } }));

    expect(call?.data.args).toMatchObject({ off: null, none: 0 });
  });

  test("an argument is its default, false included, or an empty text", () => {
    const [call] = Object.values(exportRequests([flags]));

    expect(call?.data).toMatchObject({ version: null, args: { off: false, none: 0, nil: "", list: [1] } });
  });
});

describe("functions F52: of a running mesh", () => {
  let mesh: RunningMesh;
  let node: { close(): Promise<void> } | undefined;
  beforeAll(async () => {
    mesh = await runMesh([]);
    node = await joinRawNode(mesh.gateway.meshAddress, [...versions, flags]);
    const isListed = async () => {
      const page = await unary(mesh.client, "listFunctions", {
        service: "chat",
        includeDisabled: true,
        pageSize: 0,
        pageToken: "",
      });
      return page.functions.length > 0;
    };
    await until(isListed, "a gateway that lists chat");
  });
  afterAll(async () => {
    await node?.close();
    await mesh?.close();
  });

  test("DescribeFunction gives the request", async () => {
    const described = await unary(mesh.client, "describeFunction", {
      service: "chat",
      function: "send_message",
      version: "",
    });

    expect(JSON.parse(described.example)).toEqual(request);
    expect(described.versions).toEqual(["", "9.0.0", "10.0.0"]);
  });

  test("weft describe gives the request", async () => {
    const { out } = await weft("describe", "chat.send_message", "--json", "--gateway", mesh.address);

    expect(JSON.parse(out)).toMatchObject({ example: request, versions: ["", "9.0.0", "10.0.0"] });
  });
});
