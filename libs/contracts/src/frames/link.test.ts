import { expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Any } from "../gen/google/protobuf/any.js";
import { Status } from "../gen/google/rpc/status.js";
import { ExecuteRequest, LinkRequest, LinkResponse } from "../gen/weft/node/v1/node.js";
import { FrameWriter } from "./frame-writer.js";
import { LinkRequestReader, writeLinkCall, writeLinkCancel, writeLinkPing } from "./link-request.js";
import {
  readLinkResponse,
  writeLinkDraining,
  writeLinkError,
  writeLinkPong,
  writeLinkResult,
} from "./link-response.js";

// Of every length that decides how a text is written, with and without what is not ASCII; few, so that calls repeat some.
const text = fc.oneof(
  fc.constantFrom("", "a", "places", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
  fc.string({ unit: "grapheme", maxLength: 200 }),
);
const uint = fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 2 ** 32 - 1 }));
const bytes = fc.uint8Array({ maxLength: 20_000 }).map((array) => Buffer.from(array));

const context = fc.record({
  requestId: text,
  userId: text,
  roles: fc.array(text, { maxLength: 4 }),
  tenant: text,
  deviceId: text,
  peerAddress: text,
  timeoutMs: uint,
  traceparent: text,
  tracestate: text,
  baggage: text,
  attempt: uint,
  hop: uint,
  idempotencyKey: text,
  caller: text,
});
const request = fc.record({
  context: fc.option(context, { nil: undefined }),
  service: text,
  function: text,
  version: text,
  argsJson: bytes,
});
const calls = fc.array(fc.record({ id: uint, request }), { maxLength: 5 });

const writer = new FrameWriter(); // one for all, as on a link

/** What a frame of a caller holds, as the generated message. */
function readRequest(frame: Buffer, reader = new LinkRequestReader()): LinkRequest {
  const found: LinkRequest = { calls: [], cancels: [], ping: 0 };
  reader.read(frame, {
    call: (id, request) => found.calls.push({ id, request }),
    cancel: (id) => found.cancels.push(id),
    ping(ping) {
      found.ping = ping;
    },
  });
  return found;
}

function readResponse(frame: Buffer): LinkResponse {
  const found: LinkResponse = { results: [], pong: 0, draining: false };
  readLinkResponse(frame, {
    result: (id, value) => found.results.push({ id, outcome: { $case: "resultJson", value } }),
    error: (id, status) => found.results.push({ id, outcome: { $case: "error", value: Status.decode(status) } }),
    pong(pong) {
      found.pong = pong;
    },
    draining() {
      found.draining = true;
    },
  });
  return found;
}

test("a frame of calls has the bytes of generated code, and is read as it reads it", () => {
  fc.assert(
    fc.property(calls, uint, (calls, ping) => {
      const message: LinkRequest = { calls, cancels: [], ping };
      const expected = Buffer.from(LinkRequest.encode(message).finish());

      for (const { id, request } of calls) writeLinkCall(writer, id, request as ExecuteRequest);
      writeLinkPing(writer, ping);
      const frame = writer.take();

      expect(frame.equals(expected)).toBe(true);
      expect(readRequest(frame)).toEqual(withCallersOfBefore(LinkRequest.decode(expected)));
    }),
  );
});

/** A call that names no caller has that of the call before. */
function withCallersOfBefore(message: LinkRequest): LinkRequest {
  let last = "";
  for (const { request } of message.calls)
    if (request?.context !== undefined) {
      request.context.caller ||= last;
      last = request.context.caller;
    }
  return message;
}

test("a caller is told once on a link, also over several frames", () => {
  const reader = new LinkRequestReader();
  const call = (caller: string) => ({ id: 1, request: ExecuteRequest.fromPartial({ context: { caller } }) });
  const frames = [["gateway-1"], ["gateway-1", "gateway-1"], ["gateway-2"]];
  let said = "";
  const lengths: number[] = [];
  const found = frames.flatMap((callers) => {
    for (const caller of callers) {
      const { id, request } = call(caller);
      writeLinkCall(writer, id, request, said);
      said = caller;
    }
    const frame = writer.take();
    lengths.push(frame.length);
    return readRequest(frame, reader).calls.map(({ request }) => request?.context?.caller);
  });

  expect(found).toEqual(frames.flat());
  expect(lengths[1]).toBeLessThan(lengths[0] ?? 0);
});

test("cancels are read packed or not, and one is written as generated code does", () => {
  fc.assert(
    fc.property(fc.array(uint, { maxLength: 50 }), uint, (cancels, id) => {
      expect(readRequest(Buffer.from(LinkRequest.encode({ calls: [], cancels, ping: 0 }).finish())).cancels).toEqual(
        cancels,
      );

      writeLinkCancel(writer, id);
      const frame = writer.take();

      expect(frame).toEqual(Buffer.from(LinkRequest.encode({ calls: [], cancels: [id], ping: 0 }).finish()));
      expect(readRequest(frame).cancels).toEqual([id]);
      expect(readRequest(Buffer.from([16, 5])).cancels).toEqual([5]);
    }),
  );
});

test("a frame of results has the bytes of generated code, and is read as it reads it", () => {
  const status = fc.record({ code: fc.integer({ min: 1, max: 16 }), message: text, details: fc.constant<Any[]>([]) });
  const outcome = fc.oneof(
    fc.record({ $case: fc.constant("resultJson" as const), value: bytes }),
    fc.record({ $case: fc.constant("error" as const), value: status }),
  );
  const results = fc.array(fc.record({ id: uint, outcome }), { maxLength: 5 });
  fc.assert(
    fc.property(results, uint, fc.boolean(), (results, pong, draining) => {
      const expected = Buffer.from(LinkResponse.encode({ results, pong, draining }).finish());

      for (const { id, outcome } of results) {
        if (outcome.$case === "resultJson") writeLinkResult(writer, id, outcome.value);
        else writeLinkError(writer, id, Status.encode(outcome.value).finish());
      }
      writeLinkPong(writer, pong);
      if (draining) writeLinkDraining(writer);
      const frame = writer.take();

      expect(frame.equals(expected)).toBe(true);
      expect(readResponse(frame)).toEqual(LinkResponse.decode(expected));
    }),
  );
});

test("whatever the bytes are, reading them ends, and fails by an Error if they are no frame", () => {
  const read = (frame: Buffer) => {
    try {
      readRequest(frame);
      readResponse(frame);
      return undefined;
    } catch (error) {
      return (error as Error).name;
    }
  };
  fc.assert(fc.property(bytes, (frame) => [undefined, "Error", "RangeError"].includes(read(frame))));
  expect(read(Buffer.from([10, 200, 1, 8]))).toBe("Error"); // breaks off
  expect(read(Buffer.from([0]))).toBe("Error"); // no field has the number 0
});
