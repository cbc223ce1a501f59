import { expect, test } from "@jest/globals";
import { ExecuteRequest, NodeServiceService } from "@weft/contracts/node";
import { Code, Reason } from "@weft/core";
import { OversizeRequest, sizeOptions, tooLarge, withSizeGuard } from "./size-guard.js";

const limits = { maxRequestBytes: 1_000, maxResponseBytes: 2_000 };
const guarded = withSizeGuard(NodeServiceService, limits);

/** A request of exactly so many bytes. */
function requestOf(bytes: number): Buffer {
  const encode = (padding: number) =>
    Buffer.from(ExecuteRequest.encode(ExecuteRequest.fromPartial({ argsJson: Buffer.alloc(padding) })).finish());
  return encode(bytes - (encode(bytes).length - bytes));
}

test("a request at the limit is decoded", () => {
  const bytes = requestOf(1_000);
  expect(bytes).toHaveLength(1_000);

  expect(guarded.execute.requestDeserialize(bytes)).toMatchObject({ service: "" });
});

test("a request over it is not, and keeps its size", () => {
  const found = guarded.execute.requestDeserialize(Buffer.alloc(1_001, 0xff)) as unknown;

  expect(found).toBeInstanceOf(OversizeRequest);
  expect(found).toMatchObject({ bytes: 1_001 });
});

test("grpc-js's own limits stand a tenth higher", () => {
  expect(sizeOptions(limits)).toEqual({
    "grpc.max_receive_message_length": 1_100,
    "grpc.max_send_message_length": 2_200,
  });
});

test("the error names what, limit, size and setting", () => {
  expect(tooLarge("item", 12, 10, "WEFT_MAX_RESPONSE_BYTES")).toMatchObject({
    code: Code.ResourceExhausted,
    reason: Reason.PayloadTooLarge,
    message: "item of 12 bytes is over the limit of 10 (WEFT_MAX_RESPONSE_BYTES)",
    metadata: { limit: "10", actual: "12", setting: "WEFT_MAX_RESPONSE_BYTES" },
  });
});
