import { execFile, spawnSync } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { equals, fromBinary } from "@bufbuild/protobuf";
import { type FileDescriptorProto, FileDescriptorProtoSchema, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { descriptorSet } from "@weft/contracts";
import { type ProcessMesh, startProcessMesh } from "../../support/process-mesh.js";
import { reflectionClient } from "../../support/reflection-client.js";
import { repositoryRoot } from "../../support/repository.js";
import { testIf } from "../../support/skip.js";

const run = promisify(execFile);
const hasGrpcurl = spawnSync("grpcurl", ["--version"]).error === undefined;

let mesh: ProcessMesh;
beforeAll(async () => {
  mesh = await startProcessMesh({ nodes: 1 });
});
afterAll(() => mesh?.close());

const findLondon = { service: "places", function: "find", args: { id: "2643743" } };
const london = expect.objectContaining({ id: "2643743", name: "London", country: "GB" });

describe("clients that know nothing but the address", () => {
  test("buf curl calls Execute", async () => {
    const [answer] = await bufCurl("Execute", findLondon);

    expect(answer).toMatchObject({ result: london });
  });

  test("buf curl calls Stream", async () => {
    const messages = await bufCurl("Stream", findLondon);

    expect(messages).toMatchObject([
      { hasMore: true, started: {} },
      { hasMore: true, sequence: "1", item: london },
      { sequence: "1", ended: { reason: "END_REASON_COMPLETED" } },
    ]);
  });

  test.each(["grpc-v1", "grpc-v1alpha"])("buf curl lists the services by %s", async (protocol) => {
    const { stdout } = await buf(["--list-services", "--reflect-protocol", protocol, url("")]);

    expect(stdout.trim().split("\n")).toEqual(
      expect.arrayContaining(["weft.v1.AdminService", "weft.v1.GatewayService"]),
    );
  });

  testIf(hasGrpcurl, "grpcurl is not on PATH")("grpcurl calls Execute", async () => {
    const method = "weft.v1.GatewayService/Execute";
    const limits = { timeout: 10_000 };

    const { stdout } = await run(
      "grpcurl",
      ["-plaintext", "-d", JSON.stringify(findLondon), mesh.gateway.publicAddress, method],
      limits,
    );

    expect(JSON.parse(stdout)).toMatchObject({ result: london });
  });
});

describe.each(["v1", "v1alpha"] as const)("grpc.reflection.%s", (version) => {
  test("lists the public services and no others", async () => {
    const reflection = reflectionClient(mesh.gateway.publicAddress, version);

    const services = await reflection.services().finally(reflection.close);

    expect(services.sort()).toEqual(["weft.v1.AdminService", "weft.v1.GatewayService"]);
  });

  test("serves the files as buf wrote them, map entries and optional fields included", async () => {
    const reflection = reflectionClient(mesh.gateway.publicAddress, version);
    const written = fromBinary(FileDescriptorSetSchema, descriptorSet()).file;

    const served = new Map<string, FileDescriptorProto>();
    try {
      for (const fileContainingSymbol of ["weft.v1.GatewayService", "weft.v1.AdminService"])
        for (const bytes of await reflection.files({ fileContainingSymbol })) {
          const file = fromBinary(FileDescriptorProtoSchema, bytes);
          served.set(file.name, file);
        }
    } finally {
      reflection.close();
    }

    const needed = [...served.values()].flatMap(({ dependency }) => dependency);
    expect([...served.keys()]).toEqual(expect.arrayContaining([...needed, "google/protobuf/struct.proto"]));
    for (const [name, file] of served) {
      const original = written.find((one) => one.name === name);
      expect({ name, mapEntries: mapEntries(file) }).toEqual({ name, mapEntries: original && mapEntries(original) });
      expect({ name, optional: optionals(file) }).toEqual({ name, optional: original && optionals(original) });
      expect({ name, isEqual: original !== undefined && equals(FileDescriptorProtoSchema, file, original) }).toEqual({
        name,
        isEqual: true,
      });
    }
    expect(mapEntries(served.get("google/protobuf/struct.proto"))).toEqual(["Struct.FieldsEntry"]);
    expect(optionals(served.get("weft/v1/function.proto"))).toContain("FunctionConfig.version");
  });
});

function mapEntries(file: FileDescriptorProto | undefined): string[] {
  return (file?.messageType ?? []).flatMap((message) =>
    message.nestedType.flatMap(({ name, options }) => (options?.mapEntry ? [`${message.name}.${name}`] : [])),
  );
}

function optionals(file: FileDescriptorProto | undefined): string[] {
  return (file?.messageType ?? []).flatMap((message) =>
    message.field.flatMap(({ name, proto3Optional }) => (proto3Optional ? [`${message.name}.${name}`] : [])),
  );
}

const url = (path: string) => `http://${mesh.gateway.publicAddress}${path}`;

function buf(args: readonly string[]) {
  const program = join(repositoryRoot, "node_modules/.bin/buf");
  return run(program, ["curl", "--protocol", "grpc", "--http2-prior-knowledge", ...args], { timeout: 15_000 });
}

/** The messages of the answer, which buf prints as one JSON text after the other. */
async function bufCurl(method: string, request: object): Promise<unknown[]> {
  const { stdout } = await buf(["-d", JSON.stringify(request), url(`/weft.v1.GatewayService/${method}`)]);
  return JSON.parse(`[${stdout.trim().replace(/\}\s*\n\{/g, "},{")}]`);
}
