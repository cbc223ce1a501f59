import { Metadata } from "@grpc/grpc-js";
import { describe, expect, test } from "@jest/globals";
import { Code, WeftError } from "@weft/core";
import { errorFromGrpc, grpcStatus } from "./grpc-status.js";
import { errorFromStatus, statusFromError } from "./status.js";

const full = new WeftError(Code.ResourceExhausted, "over the limit", {
  reason: "PAYLOAD_TOO_LARGE",
  domain: "places",
  metadata: { limit: "5", actual: "6" },
  violations: [{ field: "args.name", description: "too long" }],
  quotaViolations: [{ subject: "user_id", description: "5 calls in 10000 ms" }],
  retryAfterMs: 1_500,
  requestId: "r1",
});

test("an error comes back from its status with all its details", () => {
  expect({ ...errorFromStatus(statusFromError(full)) }).toEqual({ ...full });
});

test("an error comes back from the trailer of a call", () => {
  const { code, details, metadata } = grpcStatus(full);

  expect({ ...errorFromGrpc({ code, details, metadata }) }).toEqual({ ...full });
});

test("the mesh's own reasons stand in its domain", () => {
  expect(errorFromStatus(statusFromError(new WeftError(Code.NotFound, "gone"))).domain).toBe("weft");
});

test("a trailer stays small: the message and the number of violations are bounded", () => {
  const violations = Array.from({ length: 500 }, (_, i) => ({ field: `args.a${i}`, description: "wrong" }));
  const back = errorFromStatus(statusFromError(new WeftError(Code.InvalidArgument, "x".repeat(5_000), { violations })));

  expect(back.message).toHaveLength(256);
  expect(back.violations).toHaveLength(51);
  expect(back.violations.at(-1)?.description).toBe("and 450 more");
});

test("names that callers make up cannot blow up a trailer", () => {
  const error = new WeftError(Code.NotFound, "gone", { metadata: { function: "f".repeat(300_000) } });

  expect(grpcStatus(error).metadata?.get("grpc-status-details-bin")[0]?.length).toBeLessThan(1_000);
});

test.each([
  ["in the text", "half \ud83d"],
  ["where the text is cut", `${"x".repeat(254)}\u{1f600} and more`],
])("half a surrogate pair %s is replaced: no header can carry it", (_where, message) => {
  const { details } = grpcStatus(new WeftError(Code.NotFound, message));

  expect(details).toContain("\ufffd");
  expect(() => encodeURI(details)).not.toThrow();
});

describe("grpc-retry-pushback-ms", () => {
  const pushback = (reason: string, domain: string | undefined) => {
    const error = new WeftError(Code.ResourceExhausted, "", { reason, retryAfterMs: 1_500, ...(domain && { domain }) });
    return grpcStatus(error).metadata?.get("grpc-retry-pushback-ms");
  };

  test.each([
    ["says when a limited caller may come again", "RATE_LIMITED", undefined, ["1500"]],
    ["forbids retries of what is overloaded", "OVERLOADED", undefined, ["-1"]],
    ["is the same for an error that came from another process", "OVERLOADED", "weft", ["-1"]],
    ["is not there for other reasons", "DRAINING", undefined, []],
    ["is not there for a handler's own reason of that name", "OVERLOADED", "places", []],
  ])("%s", (_name, reason, domain, expected) => {
    expect(pushback(reason, domain)).toEqual(expected);
  });
});

describe("a call that ended without details", () => {
  const without = (code: number, details: string) => errorFromGrpc({ code, details, metadata: new Metadata() });

  test.each([
    ["No connection established. Last error: connect ECONNREFUSED 127.0.0.1:1", "no"],
    ["read ECONNRESET", "maybe"],
    ["Channel closed before call started", "no"],
    ["Stream refused by server", "no"],
    ["Connection dropped", "maybe"],
  ])("%s: processed %s", (details, processed) => {
    expect(without(14, details)).toMatchObject({
      code: Code.Unavailable,
      reason: "CONNECTION_LOST",
      metadata: { processed },
    });
  });

  test("a call that found its session closing was never sent, whatever grpc-js calls it", () => {
    const text = "Failed to start HTTP/2 stream with error New streams cannot be created after receiving a GOAWAY";

    expect(without(13, text)).toMatchObject({ reason: "CONNECTION_LOST", metadata: { processed: "no" } });
  });

  test.each([
    [Code.DeadlineExceeded, "TIMEOUT"],
    [Code.Cancelled, "CANCELLED"],
    [Code.ResourceExhausted, "PAYLOAD_TOO_LARGE"],
    [Code.Unimplemented, "UNIMPLEMENTED"],
  ])("code %d has the reason %s", (code, reason) => {
    expect(without(code, "text")).toMatchObject({ code, reason });
  });

  test("UNKNOWN becomes INTERNAL", () => {
    expect(without(2, "what?").code).toBe(Code.Internal);
  });
});

test("details that are no Status are passed over", () => {
  const metadata = new Metadata();
  metadata.set("grpc-status-details-bin", Buffer.from([255, 255, 255]));

  expect(errorFromGrpc({ code: 5, details: "gone", metadata }).code).toBe(Code.NotFound);
});
