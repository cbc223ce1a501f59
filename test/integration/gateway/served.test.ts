import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Code } from "@weft/core";
import { frame, rawCall } from "../../support/raw-call.js";
import { repositoryRoot } from "../../support/repository.js";
import { type RunningMesh, runMesh } from "../../support/running-mesh.js";

let mesh: RunningMesh;
beforeAll(async () => {
  mesh = await runMesh([]);
});
afterAll(() => mesh.close());

/** Each RPC of the contract: its path, and whether its comment says that it is not served yet. */
function rpcsOf(file: string): [path: string, saysUnserved: boolean][] {
  const source = readFileSync(join(repositoryRoot, "proto", file), "utf8");
  const [, name = ""] = /^package (.*);$/m.exec(source) ?? [];
  const [, service = "", rpcs = ""] = /^service (\w+) \{$(.*?)^\}/ms.exec(source) ?? [];
  return [...rpcs.matchAll(/((?:^ {2}\/\/.*\n)*)^ {2}rpc (\w+)/gm)].map(([, comment = "", rpc]) => [
    `/${name}.${service}/${rpc}`,
    comment.includes("Not served yet"),
  ]);
}

test.each([...rpcsOf("weft/v1/gateway.proto"), ...rpcsOf("weft/v1/admin.proto"), ...rpcsOf("weft/node/v1/node.proto")])(
  "%s is what its comment says (not served yet: %s)",
  async (path, saysUnserved) => {
    const address = path.includes(".node.") ? mesh.gateway.meshAddress : mesh.address;

    const headers = { "grpc-timeout": "500m" }; // ends what goes on until its caller leaves
    const { grpc, message } = await rawCall(address, { path, body: frame(new Uint8Array(0)), headers });

    const isUnserved = grpc === Code.Unimplemented && /does(%20| )not(%20| )implement/.test(message);
    expect(isUnserved).toBe(saysUnserved);
  },
);
