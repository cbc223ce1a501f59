import { afterEach, expect, test } from "@jest/globals";
import { errorFromStatus } from "@weft/contracts";
import {
  EndReason,
  ExecuteRequest,
  type ExplainCallResponse,
  GetResultRequest,
  ResultState,
  type StreamResponse,
} from "@weft/contracts/gateway";
import { Code, Reason, WeftError } from "@weft/core";
import { defineService, fn } from "@weft/service";
import { openSession } from "../../support/open-session.js";
import { failure, type RunningMesh, runMesh, unary } from "../../support/running-mesh.js";
import { openStream } from "../../support/stream-reader.js";
import { until, within } from "../../support/within.js";

/** Functions of mode async; `run` ends when the test says so. */
function slowJobs() {
  const log: string[] = [];
  let release = () => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const service = defineService({
    name: "jobs",
    version: "1.0.0",
    functions: {
      run: fn({
        mode: "async",
        args: { name: { type: "string", default: "a" } },
        permission: "public",
        async handler({ name }, { signal }) {
          log.push(`begin ${name}`);
          signal.addEventListener("abort", () => log.push(`cut ${name}`));
          await gate;
          log.push(`end ${name}`);
          return { name, large: 2n ** 62n };
        },
      }),
      alone: fn({ mode: "async", permission: "public", concurrency: { max: 1 }, handler: () => gate }),
      crash: fn({
        mode: "async",
        permission: "public",
        handler() {
          throw new Error("broken");
        },
      }),
      refuse: fn({
        mode: "async",
        permission: "public",
        handler() {
          throw new WeftError(Code.NotFound, "no such thing", { reason: "THING_NOT_FOUND", metadata: { id: "7" } });
        },
      }),
      nothing: fn({ mode: "async", permission: "public", handler: () => null }),
      brief: fn({ mode: "async", permission: "public", timeoutMs: 100, handler: () => gate }),
      forUsers: fn({ mode: "async", handler: () => log.push("forUsers") }),
    },
  });
  return { service, log, release };
}

let mesh: RunningMesh;
let jobs: ReturnType<typeof slowJobs>;
async function start(settings: object = {}): Promise<void> {
  jobs = slowJobs();
  mesh = await runMesh([jobs.service], settings);
}
afterEach(async () => {
  jobs.release();
  await mesh.close();
});

const request = (functionName: string, fields: object = {}) => ({
  service: "jobs",
  function: functionName,
  requestId: "r1",
  arguments: { $case: "argsJson", value: Buffer.from("{}") } as const,
  ...fields,
});
const withArgs = (args: object) => ({
  arguments: { $case: "argsJson", value: Buffer.from(JSON.stringify(args)) } as const,
});
const execute = (functionName: string, fields: object = {}) =>
  unary(mesh.client, "execute", ExecuteRequest.fromPartial(request(functionName, fields)));
const getResult = (fields: object = {}) =>
  unary(mesh.client, "getResult", GetResultRequest.fromPartial({ requestId: "r1", ...fields }), 30_000);
const outcome = () => getResult({ waitMs: 20_000, resultEncoding: 2 });

test("functions F39: async is acknowledged while the function still runs, and its outcome comes later", async () => {
  await start();

  expect(await execute("run")).toEqual({
    requestId: "r1",
    async: true,
    hasMore: false,
    outcome: undefined,
    node: "",
  });
  await until(() => jobs.log.length > 0, "the function begins");
  const pending = { requestId: "r1", state: ResultState.RESULT_STATE_PENDING, outcome: undefined, expiresInMs: 0 };
  expect(await getResult()).toEqual(pending);
  expect(await getResult({ waitMs: 50 })).toEqual(pending);

  const waiting = outcome();
  jobs.release();
  const { expiresInMs, ...done } = await waiting;
  const result = { $case: "resultJson", value: Buffer.from('{"name":"a","large":4611686018427387904}') };
  expect(done).toEqual({ requestId: "r1", state: ResultState.RESULT_STATE_DONE, outcome: result });
  expect(expiresInMs).toBeGreaterThan(500_000);
  expect(expiresInMs).toBeLessThanOrEqual(600_000);
  expect(await outcome()).toMatchObject({ outcome: result });
});

test("functions F39: a result comes as a Value unless JSON is asked for; null is a set one", async () => {
  await start();
  await execute("nothing");

  const { state, outcome: result } = await getResult({ waitMs: 20_000 });

  expect(state).toBe(ResultState.RESULT_STATE_DONE);
  expect(result).toEqual({ $case: "result", value: Buffer.from([8, 0]) });
});

test("functions F39: async over Stream is Started, then one item that is the end", async () => {
  await start();
  const stream = openStream(mesh.client, request("run"));

  const started = await stream.next();
  jobs.release();
  const rest = await stream.rest();

  expect(started).toMatchObject({ requestId: "r1", sequence: 0, async: true, hasMore: true });
  expect(started.content?.$case).toBe("started");
  expect(rest).toMatchObject([{ requestId: "r1", sequence: 1, async: false, hasMore: false }]);
  const [{ content }] = rest as [StreamResponse];
  expect(content).toEqual({ $case: "itemJson", value: Buffer.from('{"name":"a","large":4611686018427387904}') });
  expect((await outcome()).state).toBe(ResultState.RESULT_STATE_DONE);
});

test("functions F39: a session takes async calls of both shapes", async () => {
  await start();
  const session = openSession(mesh.client);

  session.send({ id: 1, execute: request("run", { requestId: "s1" }) });
  expect(await session.last(1)).toMatchObject({ $case: "execute", value: { async: true, outcome: undefined } });
  session.send({ id: 2, stream: request("run", { requestId: "s2" }) });
  await until(() => session.results.some(({ id }) => id === 2), "the start of the stream");
  jobs.release();

  expect((await session.all(2)).map(({ result }) => result)).toMatchObject([
    { value: { async: true, hasMore: true, content: { $case: "started" } } },
    { value: { async: false, hasMore: false, sequence: 1, content: { $case: "itemJson" } } },
  ]);
  expect((await getResult({ requestId: "s1", waitMs: 20_000 })).state).toBe(ResultState.RESULT_STATE_DONE);
  session.rpc.end();
  expect(await session.ended).toBeUndefined();
});

test.each([
  [
    "a typed error",
    "refuse",
    { code: Code.NotFound, reason: "THING_NOT_FOUND", domain: "jobs", metadata: { id: "7" } },
  ],
  ["a throw", "crash", { code: Code.Internal, message: "Internal Server Error", requestId: "r1" }],
  ["its time limit", "brief", { code: Code.DeadlineExceeded, reason: Reason.Timeout }],
])("functions F39: what fails later is the outcome, GetResult itself is OK: %s", async (_title, name, error) => {
  await start();

  expect(await execute(name)).toMatchObject({ async: true, outcome: undefined });
  const failed = await outcome();
  const overStream = openStream(mesh.client, request(name));

  expect(failed.state).toBe(ResultState.RESULT_STATE_FAILED);
  expect(failed.outcome?.$case === "error" && errorFromStatus(failed.outcome.value)).toMatchObject(error);
  expect(await overStream.next()).toMatchObject({ async: true, hasMore: true });
  expect(await failure(overStream.rest())).toMatchObject(error);
});

test.each([
  ["bad arguments", "run", { name: 5 }, Code.InvalidArgument, Reason.InvalidArgument],
  ["a caller who may not", "forUsers", {}, Code.Unauthenticated, Reason.Unauthenticated],
  ["an unknown function", "absent", {}, Code.Unimplemented, Reason.FunctionNotFound],
])(
  "functions F39: async is refused like sync, without an acknowledgement: %s",
  async (_title, name, args, code, reason) => {
    await start();

    expect(await failure(execute(name, withArgs(args)))).toMatchObject({ code, reason });
    expect(await failure(openStream(mesh.client, request(name, withArgs(args))).rest())).toMatchObject({
      code,
      reason,
    });
    expect(await failure(getResult())).toMatchObject({ code: Code.NotFound, reason: Reason.ResultNotFound });
    expect(jobs.log).toEqual([]);
  },
);

test("functions F39: async is refused where all slots are taken by work that goes on", async () => {
  await start();
  await execute("alone");

  expect(await failure(execute("alone", { requestId: "r2" }))).toMatchObject({ reason: Reason.Overloaded });
  expect(await failure(getResult({ requestId: "r2" }))).toMatchObject({ reason: Reason.ResultNotFound });
});

test("functions F39: the request id of an async call is its own until the call is over", async () => {
  await start();
  await execute("run");
  const inUse = { code: Code.AlreadyExists, reason: Reason.RequestIdInUse };

  expect(await failure(execute("nothing"))).toMatchObject(inUse);
  expect(await failure(openStream(mesh.client, request("nothing")).rest())).toMatchObject(inUse);
  const session = openSession(mesh.client);
  session.send({ id: 1, execute: request("nothing") });
  const result = await session.last(1);
  session.rpc.end();
  expect(result?.$case === "error" && errorFromStatus(result.value)).toMatchObject(inUse);

  jobs.release();
  await outcome();
  await until(
    () =>
      execute("nothing").then(
        () => true,
        () => false,
      ),
    "a free request id",
  );
  await until(async () => String((await outcome()).outcome?.value) === "null", "the outcome of the second call");
});

test("functions F39: a call that is sent again with its idempotency key is the same call", async () => {
  await start();
  const again = { idempotencyKey: "k1" };

  await execute("run", again);
  expect(await execute("run", again)).toMatchObject({ requestId: "r1", async: true });
  expect(await execute("run", { ...again, requestId: "r2" })).toMatchObject({ requestId: "r2", async: true });
  jobs.release();

  expect((await outcome()).state).toBe(ResultState.RESULT_STATE_DONE);
  expect((await getResult({ requestId: "r2", waitMs: 20_000 })).state).toBe(ResultState.RESULT_STATE_DONE);
  expect(jobs.log.filter((line) => line.startsWith("begin"))).toHaveLength(1);
});

test("functions F39: who stops reading the stream of an async call does not end it; StopStream does", async () => {
  await start();
  const left = openStream(mesh.client, request("run", { requestId: "left", ...withArgs({ name: "left" }) }));
  const stopped = openStream(mesh.client, request("run", { requestId: "stopped", ...withArgs({ name: "stopped" }) }));
  await Promise.all([left.next(), stopped.next()]);
  await until(() => jobs.log.length === 2, "both functions begin");

  left.cancel();
  await unary(mesh.client, "stopStream", { stream: { $case: "requestId", value: "stopped" } });
  expect(await stopped.rest()).toMatchObject([
    { hasMore: false, content: { $case: "ended", value: { reason: EndReason.END_REASON_STOPPED } } },
  ]);
  await until(() => jobs.log.includes("cut stopped"), "the function is told");
  const cancelled = await getResult({ requestId: "stopped", waitMs: 20_000 });
  jobs.release();

  expect(cancelled.outcome).toMatchObject({ $case: "error", value: { code: Code.Cancelled } });
  expect((await getResult({ requestId: "left", waitMs: 20_000 })).state).toBe(ResultState.RESULT_STATE_DONE);
  expect(jobs.log).not.toContain("cut left");
});

test("functions F39: a gateway that shuts down waits for the call, and lets nobody wait for its outcome", async () => {
  await start({ drainDelayMs: 500 }); // in which it takes calls
  await execute("run");
  await until(() => jobs.log.length > 0, "the function begins");
  const waiting = getResult({ waitMs: 60_000 });
  const closed = mesh.gateway.close().then(() => jobs.log.push("closed"));

  expect(await within(waiting, "an answer")).toMatchObject({ state: ResultState.RESULT_STATE_PENDING });
  jobs.release();
  await within(closed, "the end of the gateway");

  expect(jobs.log).toEqual(["begin a", "end a", "closed"]);
});

test.each([
  ["no id", { requestId: "" }, Reason.MissingField],
  ["no id that a call could have", { requestId: "a b" }, Reason.InvalidPayload],
  ["too long a wait", { waitMs: 60_001 }, Reason.InvalidPayload],
])("functions F39: GetResult is refused with %s", async (_title, fields, reason) => {
  await start();

  expect(await failure(getResult(fields))).toMatchObject({ code: Code.InvalidArgument, reason });
});

test("functions F39: an unknown outcome is not found", async () => {
  await start();

  expect(await failure(getResult())).toMatchObject({ code: Code.NotFound, reason: Reason.ResultNotFound });
});

test("functions F39: an explanation says what becomes of the outcome", async () => {
  await start();
  await execute("run");

  const { steps } = await new Promise<ExplainCallResponse>((resolve, reject) => {
    const call = ExecuteRequest.fromPartial(request("run"));
    mesh.client.explainCall({ call, asUserId: "", asRoles: [] }, (error, response) =>
      error === null ? resolve(response) : reject(error),
    );
  });

  expect(steps.find(({ phase }) => phase === "async-results")).toMatchObject({
    passed: false,
    reason: 'request_id "r1" belongs to a call that is still under way',
  });
});
