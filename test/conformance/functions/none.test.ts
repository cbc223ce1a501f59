import { afterEach, expect, test } from "@jest/globals";
import { EndReason, ExecuteRequest } from "@weft/contracts/gateway";
import { Code, Reason } from "@weft/core";
import { executorEvents } from "@weft/mesh";
import { defineService, fn } from "@weft/service";
import { failure, type RunningMesh, runMesh, unary } from "../../support/running-mesh.js";
import { openStream } from "../../support/stream-reader.js";
import { until, within } from "../../support/within.js";

/** A one-way function that ends when the test says so. */
function oneWay() {
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
        mode: "none",
        args: { name: { type: "string" } },
        permission: "public",
        concurrency: { max: 1 },
        async handler({ name }, { signal }) {
          log.push(`begin ${name}`);
          signal.addEventListener("abort", () => log.push(`cut ${name}`));
          await gate;
          log.push(`end ${name}`);
          return "nobody reads this";
        },
      }),
      fail: fn({
        mode: "none",
        permission: "public",
        handler() {
          throw new Error("broken");
        },
      }),
      forUsers: fn({ mode: "none", handler: () => log.push("forUsers") }),
    },
  });
  return { service, log, release };
}

let mesh: RunningMesh;
let jobs: ReturnType<typeof oneWay>;
async function start(settings: object = {}): Promise<void> {
  jobs = oneWay();
  mesh = await runMesh([jobs.service], settings);
}
afterEach(async () => {
  jobs.release();
  await mesh.close();
});

const request = (functionName: string, args: object = {}) => ({
  service: "jobs",
  function: functionName,
  requestId: "r1",
  arguments: { $case: "argsJson", value: Buffer.from(JSON.stringify(args)) } as const,
});
const execute = (functionName: string, args: object = {}, limitMs = 10_000) =>
  unary(mesh.client, "execute", ExecuteRequest.fromPartial(request(functionName, args)), limitMs);

test("functions F39: none is acknowledged without a result while the function still runs", async () => {
  await start();

  const answer = await execute("run", { name: "a" });

  expect(answer).toEqual({ requestId: "r1", async: false, hasMore: false, outcome: undefined, node: "" });
  await until(() => jobs.log.length > 0, "the function begins");
  expect(jobs.log).toEqual(["begin a"]);
  jobs.release();
  await until(() => jobs.log.includes("end a"), "the function ends");
});

test("functions F39: none over Stream is Started, then the end", async () => {
  await start();

  const messages = await openStream(mesh.client, request("run", { name: "a" })).rest();

  expect(messages).toMatchObject([
    { requestId: "r1", async: false, hasMore: true, content: { $case: "started" } },
    { async: false, hasMore: false, content: { $case: "ended", value: { reason: EndReason.END_REASON_COMPLETED } } },
  ]);
  await until(() => jobs.log.includes("begin a"), "the function begins");
});

test.each([
  ["bad arguments", "run", { name: 5 }, Code.InvalidArgument, Reason.InvalidArgument],
  ["a caller who may not", "forUsers", {}, Code.Unauthenticated, Reason.Unauthenticated],
  ["an unknown function", "nothing", {}, Code.Unimplemented, Reason.FunctionNotFound],
])("functions F39: none is refused like sync: %s", async (_title, name, args, code, reason) => {
  await start();

  expect(await failure(execute(name, args))).toMatchObject({ code, reason });
  expect(await failure(openStream(mesh.client, request(name, args)).rest())).toMatchObject({ code, reason });
  expect(jobs.log).toEqual([]);
});

test("functions F39: none is refused at once where all slots are taken by work that goes on", async () => {
  await start();
  await execute("run", { name: "a" });

  const refused = await failure(execute("run", { name: "b" }));
  jobs.release();
  await until(() => jobs.log.includes("end a"), "the function ends");
  await until(
    async () =>
      execute("run", { name: "c" }).then(
        () => true,
        () => false,
      ),
    "a free slot",
  );

  expect(refused).toMatchObject({ code: Code.ResourceExhausted, reason: Reason.Overloaded });
  expect(jobs.log).not.toContain("begin b");
});

test("functions F39: the end of the request, or its deadline, does not end the work", async () => {
  await start();

  await execute("run", { name: "a" }, 2_000);
  await new Promise((resolve) => setTimeout(resolve, 2_100)); // beyond the request's deadline
  jobs.release();
  await until(() => jobs.log.includes("end a"), "the function ends");

  expect(jobs.log).toEqual(["begin a", "end a"]);
});

test("functions F39: what fails after the acknowledgement is an event, not an answer", async () => {
  await start();
  const failed: string[] = [];
  const stop = executorEvents.requestException.listen(({ request_type, error }) =>
    failed.push(`${request_type} ${error.reason}`),
  );

  const answer = await execute("fail");
  await until(() => failed.length > 0, "the event");
  stop();

  expect(answer.outcome).toBeUndefined();
  expect(failed).toEqual(["fail INTERNAL"]);
});

test("functions F39: a gateway that shuts down waits for work that it has acknowledged", async () => {
  await start();
  await execute("run", { name: "a" });
  await until(() => jobs.log.length > 0, "the function begins");

  const closed = mesh.gateway.close().then(() => jobs.log.push("closed"));
  setTimeout(jobs.release, 100);
  await within(closed, "the end of the gateway");

  expect(jobs.log).toEqual(["begin a", "end a", "closed"]);
});

test("functions F39: an acknowledged call is cut when the gateway's time to drain is over", async () => {
  await start({ drainTimeoutMs: 50 });
  await execute("run", { name: "a" });
  await until(() => jobs.log.length > 0, "the function begins");

  await within(mesh.gateway.close(), "the end of the gateway");

  await until(() => jobs.log.includes("cut a"), "the function is told");
});
