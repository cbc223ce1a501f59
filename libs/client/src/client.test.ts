import { once } from "node:events";
import { afterEach, expect, test } from "@jest/globals";
import { grpcStatus } from "@weft/contracts";
import {
  Encoding,
  type ExecuteRequest,
  type FunctionSummary,
  type GatewayServiceServer,
} from "@weft/contracts/gateway";
import { Code, WeftError } from "@weft/core";
import { type Client, type ClientOptions, createClient } from "./client.js";
import { startFakeGateway } from "./testkit.js";

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0).reverse()) cleanup();
});

async function clientOf(answers: Partial<GatewayServiceServer>, options?: ClientOptions): Promise<Client> {
  const gateway = await startFakeGateway(answers);
  cleanups.push(gateway.close);
  const client = createClient(gateway.address, options);
  cleanups.push(client.close);
  return client;
}

function nextToken(): () => string {
  let count = 0;
  return () => `t${++count}`;
}

function executed(json?: string) {
  const outcome = json === undefined ? undefined : ({ $case: "resultJson", value: Buffer.from(json) } as const);
  return { requestId: "r1", async: json === undefined, hasMore: false, outcome, node: "n1" };
}

test("a call sends its arguments as JSON and answers the result", async () => {
  const received: ExecuteRequest[] = [];
  const client = await clientOf({
    execute({ request }, answer) {
      received.push(request);
      answer(null, executed('{"name":"London"}'));
    },
  });

  const options = { requestId: "r1", version: "1.2.0", idempotencyKey: "k1" };
  const result = await client.call("places.find", { id: "2643743" }, options);

  expect(result).toEqual({ name: "London" });
  expect(received).toEqual([
    {
      requestId: "r1",
      service: "places",
      function: "find",
      version: "1.2.0",
      deviceId: "",
      arguments: { $case: "argsJson", value: Buffer.from('{"id":"2643743"}') },
      idempotencyKey: "k1",
      resultEncoding: Encoding.ENCODING_JSON,
    },
  ]);
});

test("integers beyond 2^53 stay exact in both directions", async () => {
  const client = await clientOf({
    execute: ({ request }, answer) => answer(null, executed(String(request.arguments?.value))),
  });

  expect(await client.call("echo.echo", { n: 2n ** 63n - 1n })).toEqual({ n: 9223372036854775807n });
});

test("an outcome that comes later is undefined, a null is null", async () => {
  const client = await clientOf({
    execute: ({ request }, answer) => answer(null, executed(request.function === "later" ? undefined : "null")),
  });

  expect(await client.call("jobs.later")).toBeUndefined();
  expect(await client.call("jobs.now")).toBeNull();
});

test("a failure is the WeftError that the gateway sent", async () => {
  const refused = new WeftError(Code.InvalidArgument, "invalid argument", {
    reason: "INVALID_ARGUMENT",
    domain: "places",
    violations: [{ field: "args.lat", description: "must be from -90 to 90" }],
  });
  const client = await clientOf({ execute: (_, answer) => answer(grpcStatus(refused)) });

  const failure = await client.call("places.nearby").catch((error: unknown) => error);

  expect(failure).toBeInstanceOf(WeftError);
  expect(failure).toMatchObject({ code: refused.code, message: refused.message, domain: "places" });
  expect(failure).toMatchObject({ violations: refused.violations });
});

test("a gateway that is not there is UNAVAILABLE", async () => {
  const gateway = await startFakeGateway({});
  gateway.close();
  const client = createClient(gateway.address);
  cleanups.push(client.close);

  await expect(client.call("places.find")).rejects.toMatchObject({ code: Code.Unavailable, reason: "CONNECTION_LOST" });
});

test("a call that gets no answer ends at its time limit", async () => {
  const client = await clientOf({ execute: () => {} });

  const call = client.call("places.find", {}, { timeoutMs: 50 });

  await expect(call).rejects.toMatchObject({ code: Code.DeadlineExceeded, reason: "TIMEOUT" });
});

test("without a limit of its own, a call carries the client's", async () => {
  const limits: number[] = [];
  const client = await clientOf({
    execute(call, answer) {
      limits.push(Number(call.getDeadline()) - Date.now());
      answer(null, executed("1"));
    },
  });

  await client.call("places.find");
  await client.call("places.find", {}, { timeoutMs: Number.POSITIVE_INFINITY });

  expect(limits[0]).toBeGreaterThan(20_000);
  expect(limits[0]).toBeLessThanOrEqual(30_100);
  expect(limits[1]).toBeLessThanOrEqual(86_400_100);
});

test("a signal cancels the call at the gateway", async () => {
  const abort = new AbortController();
  let cancelled: Promise<unknown> | undefined;
  const client = await clientOf({
    execute(call) {
      cancelled = once(call, "cancelled");
      abort.abort();
    },
  });

  const call = client.call("places.find", {}, { signal: abort.signal });

  await expect(call).rejects.toMatchObject({ code: Code.Cancelled });
  await cancelled;
  await expect(client.call("places.find", {}, { signal: abort.signal })).rejects.toMatchObject({
    code: Code.Cancelled,
  });
});

test.each<[string, ClientOptions["token"], string[]]>([
  ["itself", "t0", ["Bearer t0", "Bearer t0"]],
  ["what a function says at each call", nextToken(), ["Bearer t1", "Bearer t2"]],
  ["nothing where there is none", undefined, []],
])("a token is sent: %s", async (_name, token, expected) => {
  const seen: unknown[] = [];
  const client = await clientOf(
    {
      execute(call, answer) {
        seen.push(...call.metadata.get("authorization"));
        answer(null, executed("1"));
      },
    },
    token === undefined ? {} : { token },
  );

  await client.call("echo.echo");
  await client.call("echo.echo");

  expect(seen).toEqual(expected);
});

test("a token that cannot be sent is an error that does not repeat it", async () => {
  const client = await clientOf({}, { token: "canary\n" });

  await expect(client.call("echo.echo")).rejects.toMatchObject({
    code: Code.InvalidArgument,
    message: expect.not.stringContaining("canary"),
  });
});

test("metadata is asked for at each call", async () => {
  const seen: unknown[] = [];
  let token = 0;
  const client = await clientOf(
    {
      execute(call, answer) {
        seen.push(...call.metadata.get("authorization"));
        answer(null, executed("1"));
      },
    },
    { metadata: () => ({ authorization: `Bearer ${++token}` }) },
  );

  await client.call("a.b");
  await client.call("a.b");

  expect(seen).toEqual(["Bearer 1", "Bearer 2"]);
});

test("functions are listed page by page", async () => {
  const summary = (name: string): FunctionSummary => {
    return { service: "places", function: name, version: "", mode: "sync", summary: "", disabled: false, nodes: 1 };
  };
  const client = await clientOf({
    listFunctions({ request: { pageToken } }, answer) {
      if (pageToken === "") answer(null, { functions: [summary("export")], nextPageToken: "2" });
      else answer(null, { functions: [summary("find")], nextPageToken: "" });
    },
  });

  expect(await client.functions()).toEqual([summary("export"), summary("find")]);
});

test("describe asks for one function", async () => {
  const client = await clientOf({
    describeFunction({ request }, answer) {
      const argsSchema = `${request.service} ${request.function} ${request.version}`;
      answer(null, { config: undefined, argsSchema, resultSchema: "", manifest: "", versions: [], example: "" });
    },
  });

  expect(await client.describe("places.find", { version: "2.0.0" })).toMatchObject({ argsSchema: "places find 2.0.0" });
});

test("a name without a service is refused before anything is sent", async () => {
  const client = await clientOf({});

  await expect(client.call("find")).rejects.toMatchObject({ code: Code.InvalidArgument });
  await expect(client.describe("find")).rejects.toMatchObject({ code: Code.InvalidArgument });
});

test("a closed client refuses calls", async () => {
  const client = await clientOf({ execute: (_, answer) => answer(null, executed("1")) });
  await client.call("a.b");

  client.close();

  await expect(client.call("a.b")).rejects.toMatchObject({ code: Code.FailedPrecondition });
  await expect(client.stream("a.b").started()).rejects.toMatchObject({ code: Code.FailedPrecondition });
});
