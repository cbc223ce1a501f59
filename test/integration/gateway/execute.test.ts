import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { encodeStruct, encodeValue } from "@weft/contracts";
import { Encoding, ExecuteRequest } from "@weft/contracts/gateway";
import { Code, Reason, WeftError } from "@weft/core";
import { defineService, fn } from "@weft/service";
import { failure, type RunningMesh, runMesh, unary } from "../../support/running-mesh.js";

const echo = defineService({
  name: "echo",
  version: "1.0.0",
  functions: {
    say: fn({
      args: { text: { type: "string" }, times: { type: "num", default: 1 } },
      permission: "public",
      handler: ({ text, times }) => ({ said: Array(times).fill(text) }),
    }),
    exact: fn({ args: { id: { type: "int64" } }, permission: "public", handler: ({ id }) => ({ id, next: id + 1n }) }),
    free: fn({ permission: "public", openArguments: true, handler: (args) => args }),
    nothing: fn({ permission: "public", handler: () => null }),
    refuse: fn({
      permission: "public",
      handler: () => {
        throw new WeftError(Code.NotFound, "no such thing", { reason: "THING_NOT_FOUND", metadata: { id: "7" } });
      },
    }),
    crash: fn({
      permission: "public",
      handler: () => {
        throw new Error("the password is 1234");
      },
    }),
    nonsense: fn({ permission: "public", handler: () => new Map() }),
    slow: fn({
      permission: "public",
      timeoutMs: 100,
      handler: (_args, { signal }) => new Promise((_, reject) => signal.addEventListener("abort", reject)),
    }),
    large: fn({ permission: "public", handler: () => "x".repeat(1_000_001) }),
    secret: fn({ handler: () => "for users" }),
    count: fn.stream({
      permission: "public",
      async *handler() {
        yield 1;
      },
    }),
  },
});

let mesh: RunningMesh;
beforeAll(async () => {
  mesh = await runMesh([echo]);
});
afterAll(() => mesh.close());

function request(functionName: string, fields: Partial<ExecuteRequest> = {}): ExecuteRequest {
  return ExecuteRequest.fromPartial({ service: "echo", function: functionName, ...(fields as object) });
}

const struct = (args: object) => ({ $case: "args", value: encodeStruct({ ...args }) }) as const;
const json = (args: object | string) =>
  ({ $case: "argsJson", value: Buffer.from(typeof args === "string" ? args : JSON.stringify(args)) }) as const;
const call = (functionName: string, fields: Partial<ExecuteRequest> = {}) =>
  unary(mesh.client, "execute", request(functionName, fields));

describe("results travel", () => {
  test("as a Value for arguments in a Struct", async () => {
    const { outcome } = await call("say", { arguments: struct({ text: "hi" }) });

    expect(outcome).toEqual({ $case: "result", value: encodeValue({ said: ["hi"] }) });
  });

  test("as JSON for arguments in JSON", async () => {
    const { outcome } = await call("say", { arguments: json({ text: "hi", times: 2 }) });

    expect(outcome).toEqual({ $case: "resultJson", value: Buffer.from('{"said":["hi","hi"]}') });
  });

  test("as the client says, whatever the arguments were", async () => {
    const asked = { arguments: struct({ text: "hi" }), resultEncoding: Encoding.ENCODING_JSON };

    expect((await call("say", asked)).outcome?.$case).toBe("resultJson");
  });

  test("as a set null where the function answers null", async () => {
    expect((await call("nothing")).outcome).toEqual({ $case: "result", value: encodeValue(null) });
  });
});

test("64-bit integers stay exact from client to handler and back", async () => {
  const { outcome } = await call("exact", { arguments: json('{"id":9007199254740993}') });

  expect(outcome?.value.toString()).toBe('{"id":9007199254740993,"next":9007199254740994}');
});

test("no key is special and none is lost", async () => {
  const text = '{"__proto__":{"admin":true},"constructor":1,"toString":[2]}';

  const { outcome } = await call("free", { arguments: json(text) });

  expect(outcome?.value.toString()).toBe(text);
});

test("the answer carries the client's request id, or a new one", async () => {
  expect((await call("nothing", { requestId: "mine-1" })).requestId).toBe("mine-1");
  expect((await call("nothing")).requestId).toMatch(/^[0-9a-f-]{36}$/);
});

describe("refused with the right status", () => {
  const long = "x".repeat(1_000_001);
  test.each<[string, string, Partial<ExecuteRequest>, Code, string]>([
    ["an unknown service", "say", { service: "nobody" }, Code.Unimplemented, Reason.FunctionNotFound],
    ["an unknown function", "nope", {}, Code.Unimplemented, Reason.FunctionNotFound],
    ["an unknown version", "say", { version: "9.9.9" }, Code.Unimplemented, Reason.FunctionNotFound],
    ["no service", "say", { service: "" }, Code.InvalidArgument, Reason.MissingField],
    ["no function", "", {}, Code.InvalidArgument, Reason.MissingField],
    ["a request id out of shape", "say", { requestId: "a b" }, Code.InvalidArgument, Reason.InvalidPayload],
    ["a missing argument", "say", {}, Code.InvalidArgument, Reason.InvalidArgument],
    ["JSON that is none", "say", { arguments: json("{nope") }, Code.InvalidArgument, Reason.InvalidPayload],
    ["JSON that is no object", "say", { arguments: json("[1]") }, Code.InvalidArgument, Reason.InvalidPayload],
    [
      "a Struct that is none",
      "say",
      { arguments: { $case: "args", value: Buffer.from([10, 200]) } },
      Code.InvalidArgument,
      Reason.InvalidPayload,
    ],
    [
      "a request over the limit",
      "say",
      { arguments: json({ text: long }) },
      Code.ResourceExhausted,
      Reason.PayloadTooLarge,
    ],
    ["a response over the limit", "large", {}, Code.ResourceExhausted, Reason.PayloadTooLarge],
    ["a function for users", "secret", {}, Code.Unauthenticated, Reason.Unauthenticated],
    ["a stream function", "count", {}, Code.FailedPrecondition, Reason.WrongCallShape],
    ["a function that takes too long", "slow", {}, Code.DeadlineExceeded, Reason.Timeout],
    ["a handler's own refusal", "refuse", {}, Code.NotFound, "THING_NOT_FOUND"],
    ["a handler's throw", "crash", {}, Code.Internal, Reason.Internal],
    ["an answer that is no data", "nonsense", {}, Code.Internal, Reason.Internal],
  ])("%s", async (_name, functionName, fields, code, reason) => {
    expect(await failure(call(functionName, fields))).toMatchObject({ code, reason });
    expect((await call("nothing")).outcome?.$case).toBe("result"); // and it serves on
  });

  test("all violations come at once, each with its path", async () => {
    const error = await failure(call("say", { arguments: json({ times: "2", more: 1 }) }));

    expect(error.violations.map(({ field }) => field).sort()).toEqual(["args.more", "args.text", "args.times"]);
    expect(error.message).toMatch(/ \(and 2 more\)$/);
  });

  test("a size limit names itself, the size and the setting", async () => {
    const { metadata } = await failure(call("say", { arguments: json({ text: long }) }));

    expect(metadata).toMatchObject({ limit: "1000000", setting: "WEFT_MAX_REQUEST_BYTES" });
    expect(Number(metadata.actual)).toBeGreaterThan(1_000_000);
  });

  test("what a handler threw stays at home; the request id finds it", async () => {
    const error = await failure(call("crash", { requestId: "find-me" }));

    expect(error).toMatchObject({ message: "Internal Server Error", requestId: "find-me", domain: "weft" });
  });

  test("a handler's reason stands in the domain of its service", async () => {
    expect(await failure(call("refuse"))).toMatchObject({ domain: "echo", metadata: { id: "7" } });
  });

  test("an expired limit says whose it was", async () => {
    expect(await failure(call("slow"))).toMatchObject({
      message: "Request timed out after 100ms",
      metadata: { clock: "function", hop: "1" },
    });
  });
});
