import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Any } from "../gen/google/protobuf/any.js";
import {
  Encoding,
  ExecuteRequest,
  ExecuteResponse,
  type SessionCall,
  SessionRequest,
  SessionResponse,
  type SessionResult,
} from "../gen/weft/v1/gateway.js";
import { ExecuteRequestReader, writeExecuteResponse } from "./execute.js";
import { FrameWriter } from "./frame-writer.js";
import { SessionRequestReader, writeSessionCall } from "./session-request.js";
import { SessionResponseReader, writeSessionResult } from "./session-response.js";

const text = fc.oneof(
  fc.constantFrom("", "a", "places", "f47ac10b-58cc-4372-a567-0e02b2c3d479"),
  fc.string({ unit: "grapheme", maxLength: 200 }),
);
const uint = fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 2 ** 32 - 1 }));
const bytes = fc.uint8Array({ maxLength: 20_000 }).map((array) => Buffer.from(array));
const oneOf = <C extends string>(...cases: C[]) =>
  fc.option(fc.record({ $case: fc.constantFrom(...cases), value: bytes }), { nil: undefined });

const executeRequest: fc.Arbitrary<ExecuteRequest> = fc.record({
  requestId: text,
  service: text,
  function: text,
  version: text,
  deviceId: text,
  arguments: oneOf("args", "argsJson"),
  idempotencyKey: text,
  resultEncoding: fc.constantFrom(Encoding.ENCODING_UNSPECIFIED, Encoding.ENCODING_VALUE, Encoding.ENCODING_JSON),
});
const executeResponse: fc.Arbitrary<ExecuteResponse> = fc.record({
  requestId: text,
  async: fc.boolean(),
  hasMore: fc.boolean(),
  outcome: oneOf("result", "resultJson"),
  node: text,
});
const streamRequest = executeRequest.map((request) => ({ ...request, resumeToken: "t", heartbeatMs: 5 }));

const call: fc.Arbitrary<SessionCall> = fc.record({
  id: uint,
  call: fc.oneof(
    { weight: 5, arbitrary: fc.record({ $case: fc.constant("execute" as const), value: executeRequest }) },
    fc.record({ $case: fc.constant("stream" as const), value: streamRequest }),
    fc.constantFrom({ $case: "cancel" as const, value: {} }, { $case: "ping" as const, value: {} }, undefined),
  ),
  timeoutMs: uint,
});
const told: fc.Arbitrary<SessionResult> = fc.record({
  id: uint,
  result: fc.oneof(
    { weight: 5, arbitrary: fc.record({ $case: fc.constant("execute" as const), value: executeResponse }) },
    fc.record({
      $case: fc.constant("error" as const),
      value: fc.record({ code: fc.integer({ min: 1, max: 16 }), message: text, details: fc.constant<Any[]>([]) }),
    }),
    fc.constantFrom({ $case: "pong" as const, value: {} }, { $case: "draining" as const, value: {} }, undefined),
  ),
});

// One for all, as in a session.
const writer = new FrameWriter();
const calls = new SessionRequestReader();
const results = new SessionResponseReader();
const requests = new ExecuteRequestReader();

function readCalls(batch: Buffer): SessionCall[] {
  const found: SessionCall[] = [];
  calls.open(batch);
  for (let next = calls.next(); next !== undefined; next = calls.next()) found.push(next);
  return found;
}

function readResults(batch: Buffer): SessionResult[] {
  const found: SessionResult[] = [];
  results.read(batch, (told) => found.push(told));
  return found;
}

describe("messages coded by hand have the bytes of generated code, and are read as it reads them", () => {
  test("a batch of calls", () => {
    fc.assert(
      fc.property(fc.array(call, { maxLength: 5 }), (asked) => {
        const expected = Buffer.from(SessionRequest.encode({ calls: asked }).finish());

        for (const each of asked) writeSessionCall(writer, each);
        const batch = writer.take();

        expect(batch.equals(expected)).toBe(true);
        expect(readCalls(batch)).toEqual(SessionRequest.decode(expected).calls);
      }),
    );
  });

  test("a batch of results", () => {
    fc.assert(
      fc.property(fc.array(told, { maxLength: 5 }), (all) => {
        const expected = Buffer.from(SessionResponse.encode({ results: all }).finish());

        for (const each of all) writeSessionResult(writer, each);
        const batch = writer.take();

        expect(batch.equals(expected)).toBe(true);
        expect(readResults(batch)).toEqual(SessionResponse.decode(expected).results);
      }),
    );
  });

  test("a request and a response by themselves", () => {
    fc.assert(
      fc.property(executeRequest, executeResponse, (request, response) => {
        expect(requests.decode(Buffer.from(ExecuteRequest.encode(request).finish()))).toEqual(request);

        writeExecuteResponse(writer, response);

        expect(writer.take()).toEqual(Buffer.from(ExecuteResponse.encode(response).finish()));
      }),
    );
  });
});

test("arguments outlive the batch that they came in, and its memory is not held for them", () => {
  const value = {
    ...ExecuteRequest.fromPartial({}),
    arguments: { $case: "argsJson", value: Buffer.from("{}") },
  } as const;
  const batch = Buffer.from(
    SessionRequest.encode({ calls: [{ id: 1, call: { $case: "execute", value }, timeoutMs: 0 }] }).finish(),
  );
  const [read] = readCalls(batch);

  batch.fill(0);

  expect(read?.call).toEqual({ $case: "execute", value });
});

test("unknown fields are passed over, at every level", () => {
  const unknown = [...Buffer.from([0x7a, 0x02, 0xff, 0xff]), ...Buffer.from([0x78, 0x05])]; // field 15, bytes and a number
  const request = [...ExecuteRequest.encode(ExecuteRequest.fromPartial({ service: "s" })).finish(), ...unknown];
  const asked = [8, 7, 18, request.length, ...request, ...unknown];

  expect(readCalls(Buffer.from([...unknown, 10, asked.length, ...asked, ...unknown]))).toMatchObject([
    { id: 7, call: { $case: "execute", value: { service: "s" } } },
  ]);
});

test("whatever the bytes are, reading them ends, and fails by an Error if they are no message", () => {
  const read = (message: Buffer) => {
    try {
      readCalls(message);
      readResults(message);
      requests.decode(message);
      return undefined;
    } catch (error) {
      return (error as Error).name;
    }
  };
  fc.assert(fc.property(bytes, (message) => [undefined, "Error", "RangeError"].includes(read(message))));
  expect(read(Buffer.from([10, 200, 1, 8]))).toBe("Error"); // breaks off
  expect(read(Buffer.from([0]))).toBe("Error"); // no field has the number 0
});
