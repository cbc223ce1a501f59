import { afterEach, expect, test } from "@jest/globals";
import { grpcStatus, statusFromError } from "@weft/contracts";
import {
  Encoding,
  type GatewayServiceServer,
  type GetResultRequest,
  type GetResultResponse,
  ResultState,
} from "@weft/contracts/gateway";
import { Code, Reason, WeftError } from "@weft/core";
import { type Client, createClient } from "./client.js";
import { startFakeGateway } from "./testkit.js";

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0).reverse()) cleanup();
});

async function clientOf(answers: Partial<GatewayServiceServer>): Promise<Client> {
  const gateway = await startFakeGateway(answers);
  cleanups.push(gateway.close);
  const client = createClient(gateway.address, { batch: false });
  cleanups.push(client.close);
  return client;
}

const { RESULT_STATE_PENDING, RESULT_STATE_DONE, RESULT_STATE_FAILED } = ResultState;
const refused = new WeftError(Code.FailedPrecondition, "sold out", { reason: "SOLD_OUT", domain: "shop" });
const pending = { state: RESULT_STATE_PENDING, outcome: undefined, expiresInMs: 0 };
const done = {
  state: RESULT_STATE_DONE,
  outcome: { $case: "resultJson", value: Buffer.from('{"n":4611686018427387904}') },
  expiresInMs: 7,
} as const;
const failed = {
  state: RESULT_STATE_FAILED,
  outcome: { $case: "error", value: statusFromError(refused) },
  expiresInMs: 8,
} as const;

/** A gateway that answers so, one question after the other; the last answer stays. */
async function asked(...answers: Omit<GetResultResponse, "requestId">[]) {
  const questions: GetResultRequest[] = [];
  const client = await clientOf({
    getResult({ request }, answer) {
      questions.push(request);
      const next = answers.length > 1 ? answers.shift() : answers[0];
      answer(null, { requestId: request.requestId, ...(next as (typeof answers)[number]) });
    },
  });
  return { client, questions };
}

const startsAs = (isAsync: boolean) =>
  clientOf({
    execute: ({ request }, answer) =>
      answer(null, {
        requestId: request.requestId || "made",
        async: isAsync,
        hasMore: false,
        outcome: undefined,
        node: "",
      }),
  });

test("a call that was accepted is known by its request id, sent or made", async () => {
  const client = await startsAs(true);

  expect(await client.start("jobs.run")).toBe("made");
  expect(await client.start("jobs.run", {}, { requestId: "mine" })).toBe("mine");
});

test("what is not of mode async is not started", async () => {
  const client = await startsAs(false);

  await expect(client.start("jobs.now")).rejects.toMatchObject({
    code: Code.FailedPrecondition,
    reason: Reason.WrongCallShape,
    message: "jobs.now is not of mode async: its call is over",
  });
});

test.each([
  ["pending", pending, { state: "pending" }],
  ["done", done, { state: "done", result: { n: 2n ** 62n }, expiresInMs: 7 }],
  ["failed", failed, { state: "failed", error: { reason: "SOLD_OUT", domain: "shop" }, expiresInMs: 8 }],
])("the outcome by now: %s", async (_state, answer, outcome) => {
  const { client, questions } = await asked(answer);

  expect(await client.outcome("r1")).toMatchObject(outcome);
  expect(questions).toEqual([{ requestId: "r1", waitMs: 0, resultEncoding: Encoding.ENCODING_JSON }]);
});

test("a result is asked for until it is there", async () => {
  const { client, questions } = await asked(pending, pending, done);

  expect(await client.result("r1", { timeoutMs: 100_000 })).toEqual({ n: 2n ** 62n });
  expect(questions.map(({ waitMs }) => waitMs)).toEqual([30_000, 30_000, 30_000]);
});

test("what a call failed with is thrown by who waits for its result", async () => {
  const { client } = await asked(failed);

  await expect(client.result("r1")).rejects.toMatchObject({ code: Code.FailedPrecondition, reason: "SOLD_OUT" });
});

test("who has waited long enough is told that the call is still pending", async () => {
  const { client } = await asked(pending);

  await expect(client.result("r1", { timeoutMs: 20 })).rejects.toMatchObject({
    code: Code.DeadlineExceeded,
    message: 'call "r1" is still pending after 20 ms',
  });
});

test("an outcome that nobody knows is not found", async () => {
  const error = new WeftError(Code.NotFound, "unknown or expired", { reason: Reason.ResultNotFound });
  const client = await clientOf({ getResult: (_call, answer) => answer(grpcStatus(error)) });

  await expect(client.result("r1")).rejects.toMatchObject({ reason: Reason.ResultNotFound });
});
