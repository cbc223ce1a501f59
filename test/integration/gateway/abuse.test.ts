import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { encodeStruct } from "@weft/contracts";
import { ExecuteRequest } from "@weft/contracts/gateway";
import { ExecuteRequest as NodeRequest } from "@weft/contracts/node";
import { Code, Reason } from "@weft/core";
import { seededRandom } from "@weft/core/testkit";
import { type ProcessMesh, startProcessMesh } from "../../support/process-mesh.js";
import { frame, type RawConnection, rawCall, rawConnection } from "../../support/raw-call.js";
import { failure, unary } from "../../support/running-mesh.js";

let mesh: ProcessMesh;
beforeAll(async () => {
  mesh = await startProcessMesh({ nodes: 1 });
});

afterAll(async () => {
  await mesh?.close();
});

/** The call of somebody who does no harm: it must be answered whatever others do. */
async function victim(): Promise<void> {
  const { outcome } = await unary(
    mesh.client,
    "execute",
    find({ $case: "args", value: encodeStruct({ id: "2643743" }) }),
  );
  expect(outcome?.$case).toBe("result");
}

type Payload = NonNullable<ExecuteRequest["arguments"]>;

function find(payload: Payload): ExecuteRequest {
  return { ...ExecuteRequest.fromPartial({ service: "places", function: "find" }), arguments: payload };
}

const json = (text: string): Payload => ({ $case: "argsJson", value: Buffer.from(text) });

const ports: [string, () => string, string][] = [
  ["the public port", () => mesh.gateway.publicAddress, "/weft.v1.GatewayService/Execute"],
  ["the mesh port", () => mesh.nodes[0]?.meshAddress ?? "", "/weft.node.v1.NodeService/Execute"],
];

describe.each(ports)("faults P1: on %s", (_name, address) => {
  const seed = 7;
  const random = seededRandom(seed);
  const clientHello = "16030100c8010000c40303".padEnd(2 * 205, "5a");

  test.each<[string, Buffer]>([
    [`random bytes (seed ${seed})`, Buffer.from(Array.from({ length: 4_096 }, () => random() * 256))],
    ["an HTTP/1.1 request", Buffer.from("GET / HTTP/1.1\r\nhost: weft\r\n\r\n")],
    ["a TLS ClientHello", Buffer.from(clientHello, "hex")],
    ["a right preface, then nonsense", Buffer.from(`PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n${"\xff".repeat(64)}`, "latin1")],
  ])("%s closes the connection, and calls go on", async (_what, bytes) => {
    const connection = await rawConnection(address(), bytes);

    await connection.closed;

    await victim();
  });

  test("connections that stay silent hold up nobody", async () => {
    const silent: RawConnection[] = [];
    try {
      for (let i = 0; i < 50; i++) silent.push(await rawConnection(address()));

      await victim();
    } finally {
      for (const connection of silent) connection.destroy();
    }
  });
});

describe.each(ports)("faults P2, P3: a call on %s", (_name, address, path) => {
  const message = ExecuteRequest.encode(find(json("{}"))).finish();

  test.each<[string, Uint8Array, Record<string, string>, number]>([
    ["that is not protobuf", frame(Buffer.from([0xff, 0xff, 0xff, 0xff])), {}, Code.Internal],
    ["with groups in groups", frame(Buffer.alloc(900_000, 0x0b)), {}, Code.Internal],
    ["that ends within a message", frame(message).subarray(0, 12), {}, Code.Unimplemented],
    ["with two messages", Buffer.concat([frame(message), frame(message)]), {}, Code.Unimplemented],
    ["with no message", Buffer.alloc(0), {}, Code.Unimplemented],
    ["with a broken gzip body", frame(Buffer.from("no gzip"), true), { "grpc-encoding": "gzip" }, Code.Internal],
    ["in an unknown encoding", frame(message, true), { "grpc-encoding": "rot13" }, Code.Unimplemented],
    ["with a time limit that is none", frame(message), { "grpc-timeout": "soon" }, Code.Internal],
  ])("%s gets a status", async (_what, body, headers, code) => {
    const answer = await rawCall(address(), { path, body, headers });

    expect(answer).toMatchObject({ http: 200, grpc: code });
    expect(answer.message).not.toMatch(/ at |node_modules/);
    await victim();
  });

  test.each(["/weft.v1.GatewayService/Nothing", "/nobody.v1.Service/Execute", "/"])(
    "to %s: UNIMPLEMENTED",
    async (to) => {
      expect(await rawCall(address(), { path: to, body: frame(message) })).toMatchObject({ grpc: Code.Unimplemented });
      await victim();
    },
  );

  test("that is no gRPC: HTTP 415", async () => {
    const headers = { "content-type": "application/json" };

    expect(await rawCall(address(), { path, body: message, headers })).toMatchObject({ http: 415 });
    await victim();
  });
});

test("the node's service is not on the public port", async () => {
  const body = frame(NodeRequest.encode(NodeRequest.fromPartial({ service: "places", function: "find" })).finish());

  const answer = await rawCall(mesh.gateway.publicAddress, { path: "/weft.node.v1.NodeService/Execute", body });

  expect(answer.grpc).toBe(Code.Unimplemented);
});

describe("faults P4: a request", () => {
  test("a little over the limit is refused with limit, size and setting", async () => {
    const error = await failure(unary(mesh.client, "execute", find(json(`{"id":"${"x".repeat(1_050_000)}"}`))));

    expect(error).toMatchObject({ code: Code.ResourceExhausted, reason: Reason.PayloadTooLarge });
    expect(error.metadata).toMatchObject({ limit: "1000000", setting: "WEFT_MAX_REQUEST_BYTES" });
    expect(Number(error.metadata.actual)).toBeGreaterThan(1_050_000);
    await victim();
  });

  test("far over the limit is not even read whole", async () => {
    const error = await failure(unary(mesh.client, "execute", find(json(`{"id":"${"x".repeat(4_000_000)}"}`))));

    expect(error.code).toBe(Code.ResourceExhausted);
    await victim(); // on the same connection
  });
});

describe("faults P11: arguments", () => {
  const depth = 20_000;
  const wide = 400_000; // about what fits into a request

  test.each<[string, Payload]>([
    ["nested deep, as JSON", json(`{"id":${"[".repeat(depth)}${"]".repeat(depth)}}`)],
    ["nested deep, as a Struct", { $case: "args", value: nestedStruct(depth) }],
    ["with many items, as JSON", json(`{"id":[${"0,".repeat(wide)}0]}`)],
    ["with many items, as a Struct", { $case: "args", value: structOf("id", listOf(wide / 2)) }],
  ])("%s are refused as no payload", async (_what, payload) => {
    const error = await failure(unary(mesh.client, "execute", find(payload), 2_000));

    expect(error).toMatchObject({ code: Code.InvalidArgument, reason: Reason.InvalidPayload });
    await victim();
  });

  test.each<[string, Payload]>([
    ["JSON", json('{"__proto__":{"admin":true}}')],
    ["a Struct", { $case: "args", value: structOf("__proto__", Buffer.from([0x20, 0x01])) }],
  ])("named like a part of every object are plain unknown names, in %s", async (_form, payload) => {
    const error = await failure(unary(mesh.client, "execute", find(payload)));

    expect(error).toMatchObject({ code: Code.InvalidArgument, reason: Reason.InvalidArgument });
    expect(error.violations.map(({ field }) => field)).toContain("args.__proto__");
    await victim();
  });
});

describe("faults P13: names that a client makes up", () => {
  test.each([0, 1])(
    "cut between the halves of a character (%i before it), they are refused as any other",
    async (shift) => {
      const long = "x".repeat(shift) + "\u{1f600}".repeat(100_000);
      const unknown = ExecuteRequest.fromPartial({ service: "places", function: long });

      expect(await failure(unary(mesh.client, "execute", unknown))).toMatchObject({
        code: Code.Unimplemented,
        reason: Reason.FunctionNotFound,
      });
      const violated = await failure(unary(mesh.client, "execute", find(json(JSON.stringify({ [long]: 1 })))));
      expect(violated).toMatchObject({ code: Code.InvalidArgument, reason: Reason.InvalidArgument });
      await victim();
    },
  );

  test.each([
    { service: "s".repeat(500_000), function: "find" },
    { service: "places", function: "f".repeat(500_000) },
    { service: "places", function: "find", version: "1".repeat(500_000) },
  ])("as long as a request may be, they come back short", async (fields) => {
    const error = await failure(unary(mesh.client, "execute", ExecuteRequest.fromPartial(fields)));

    expect(error).toMatchObject({ code: Code.Unimplemented, reason: Reason.FunctionNotFound });
    expect(Object.values(error.metadata).every((fact) => fact.length <= 512)).toBe(true);
    await victim();
  });
});

test("nothing of all this was worth a line on standard error, and both processes stop in order", async () => {
  const all = [mesh.gateway, ...mesh.nodes];

  for (const one of all) one.kill("SIGTERM");

  expect(await Promise.all(all.map(({ exited }) => exited))).toEqual([0, 0]);
  expect(all.map((one) => one.output())).toEqual(["", ""]);
});

/** One length-delimited field. */
function field(number: number, ...content: Uint8Array[]): Buffer {
  const length = content.reduce((sum, bytes) => sum + bytes.length, 0);
  return Buffer.concat([header(number, length), ...content]);
}

function header(number: number, length: number): Buffer {
  const bytes = [(number << 3) | 2];
  let rest = length;
  for (; rest > 127; rest >>>= 7) bytes.push((rest & 127) | 128);
  return Buffer.from([...bytes, rest]);
}

/** A Struct with one entry whose Value is `value`. */
function structOf(name: string, value: Uint8Array): Buffer {
  return field(1, field(1, Buffer.from(name)), field(2, value));
}

/** A Value that is a list of `length` nulls. */
function listOf(length: number): Buffer {
  return field(6, Buffer.from("0a020800".repeat(length), "hex"));
}

/** Lists in lists, written from the inside out. */
function nestedStruct(levels: number): Buffer {
  const headers: Buffer[] = [];
  let length = 0;
  for (let i = 0; i < levels; i++)
    for (const number of [1, 6]) {
      const next = header(number, length);
      headers.push(next);
      length += next.length;
    }
  return structOf("id", Buffer.concat(headers.reverse()));
}
